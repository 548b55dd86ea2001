import pytest
from payout_statements import Booking, account_statement, paid, returned

from payout_svc.adapters.account_statement import read_account_statement
from payout_svc.domain.bank_statement import Direction
from payout_svc.domain.errors import NotAnAccountStatement


def test_reads_every_transaction_of_a_booking() -> None:
    booking = Booking([("MP1", "1.50", None), ("MP2", "2", "AC01")], direction="CRDT", amount="3.50", file="MR1")
    statement = read_account_statement(account_statement(booking, paid("MP3", "4.10000")))
    assert [
        (line.line, line.reference, line.amount_cents, line.is_return, line.reason) for line in statement.lines
    ] == [
        (1, "MP1", 150, False, None),
        (2, "MP2", 200, True, "AC01"),
        (3, "MP3", 410, False, None),
    ]
    assert [line.direction for line in statement.lines] == [Direction.CREDIT, Direction.CREDIT, Direction.DEBIT]
    assert statement.lines[0].bank_reference == "B-77"


GOOD = account_statement(returned("MP1", "1.00"))
BAD = {
    "no XML": b"<<<",
    "empty": b"",
    "payment order": GOOD.replace(b"camt.053.001.08", b"pain.001.001.09"),
    "no body": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>',
    "no message id": GOOD.replace(b"MsgId>", b"Other>"),
    "other currency": GOOD.replace(b'Ccy="EUR"', b'Ccy="USD"'),
    "three decimals": GOOD.replace(b">1.00<", b">1.001<"),
    "negative": GOOD.replace(b">1.00<", b">-1.00<"),
    "no direction": GOOD.replace(b"CRDT", b"BOTH"),
    "no day": GOOD.replace(b"2026-11-30", b"2026-11-31"),
    "external entity": GOOD.replace(
        b"<Document", b"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><Document", 1
    ),
    "entity bomb": b"<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><d>&b;</d>",
}


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_refused_by_name(name: str) -> None:
    with pytest.raises(NotAnAccountStatement, match=r"camt\.053") as refusal:
        read_account_statement(BAD[name])
    assert refusal.value.errors[0].rule == "camt.053|camt.054"
