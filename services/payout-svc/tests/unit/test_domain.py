import re
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from kit.workdays import WorkingDays
from payout_svc.domain import payout, payout_run
from payout_svc.domain.bank_answer import AnswerScope, BankAnswer, target_state
from payout_svc.domain.errors import PayoutRunStateForbids, UnbalancedEntry, UnknownBankStatus
from payout_svc.domain.ledger import EntryKind, LedgerEntry, Posting, payable_opened
from payout_svc.domain.payable import Payable, SourceKind
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.payment_terms import PaymentTerms
from payout_svc.domain.payout import PayoutState, end_to_end_id, message_id
from payout_svc.domain.payout_run import PayoutRun, RunState
from payout_svc.domain.remittance import remittance_text
from payout_svc.domain.return_reasons import known_reasons, return_reason
from payout_svc.domain.run_month import RunMonth, execution_day

FNM = PaymentTerms("fnm", date(2020, 1, 1), None, 5000, strictly_greater=True, except_months=frozenset({12}))


def _run(state: RunState) -> PayoutRun:
    now = datetime(2026, 11, 27, tzinfo=UTC)
    today = now.date()
    return PayoutRun(UUID(int=1), RunMonth(2026, 11), 1, state, today, today, 5001, "paolo", now)


RUN_MOVES = {
    ("prepared", "approved"),
    ("prepared", "superseded"),
    ("approved", "posted"),
    ("approved", "superseded"),
    ("posted", "filed"),
    ("filed", "sent"),
}
PAYOUT_MOVES = {
    ("ready", "sent"),
    ("sent", "accepted"),
    ("sent", "settled"),
    ("sent", "returned"),
    ("accepted", "settled"),
    ("accepted", "returned"),
    ("settled", "returned"),
}


@pytest.mark.parametrize("before", RunState)
@pytest.mark.parametrize("after", RunState)
def test_every_move_of_a_run(before: RunState, after: RunState) -> None:
    if (before.value, after.value) in RUN_MOVES:
        _run(before).require(after)
    else:
        with pytest.raises(PayoutRunStateForbids):
            _run(before).require(after)


def test_every_move_of_a_payout() -> None:
    moves = {(before.value, after.value) for before, targets in payout.TRANSITIONS.items() for after in targets}
    assert moves == PAYOUT_MOVES
    assert set(payout.TRANSITIONS) == set(PayoutState)


def test_open_states_are_those_that_the_database_guards() -> None:
    assert {state.value for state in payout_run.OPEN_STATES} == {"prepared", "approved", "posted", "filed"}


@pytest.mark.parametrize(("month", "minimum"), [(1, 5001), (11, 5001), (12, 1)])
def test_threshold_of_the_circular(month: int, minimum: int) -> None:
    assert FNM.minimum_cents(RunMonth(2026, month)) == minimum


def test_threshold_that_includes_its_figure() -> None:
    terms = PaymentTerms("x", date(2020, 1, 1), None, 5000, strictly_greater=False, except_months=frozenset())
    assert terms.minimum_cents(RunMonth(2026, 1)) == 5000


@pytest.mark.parametrize(
    ("month", "today", "expected"),
    [
        ("2026-11", date(2026, 11, 27), date(2026, 11, 30)),
        ("2026-11", date(2026, 11, 30), date(2026, 11, 30)),
        ("2026-11", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-11", date(2027, 3, 1), date(2027, 3, 31)),
        ("2024-03", date(2024, 3, 10), date(2024, 3, 28)),
        ("2026-10", date(2026, 10, 31), date(2026, 11, 30)),
    ],
)
def test_execution_day(month: str, today: date, expected: date) -> None:
    assert execution_day(RunMonth.parse(month), today, WorkingDays()) == expected


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "2026-11-01", "", "２０２６-11"])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        RunMonth.parse(text)


def test_month_arithmetic_over_the_year() -> None:
    assert str(RunMonth(2026, 1).shifted(-1)) == "2025-12"
    assert str(RunMonth(2026, 12).shifted(1)) == "2027-01"


def _payable(**other: object) -> Payable:
    values = {
        "payable_id": UUID(int=1),
        "payee_kind": PayeeKind.MEMBER,
        "payee_id": UUID(int=2),
        "source_kind": SourceKind.CLAIM,
        "source_id": UUID(int=3),
        "reference": "2026-000001",
        "article": "3.6",
        "amount_cents": 9000,
        "due_on": date(2026, 11, 20),
    }
    return Payable(**(values | other))


def test_entry_of_a_payable() -> None:
    entry = payable_opened(_payable())
    assert (entry.kind, entry.source_id) == (EntryKind.CLAIM_SETTLED, UUID(int=3))
    assert entry.postings == (Posting("expense:3", 9000), Posting("payable:member", -9000, UUID(int=2)))


def test_entry_of_a_direct_booking() -> None:
    payable = _payable(source_kind=SourceKind.BOOKING, payee_kind=PayeeKind.FACILITY, article=None)
    assert [p.account for p in payable_opened(payable).postings] == ["expense:direct", "payable:facility"]


@pytest.mark.parametrize("cents", [0, -1])
def test_payable_needs_an_amount(cents: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        _payable(amount_cents=cents)


@pytest.mark.parametrize("amounts", [(), (0,), (100, -99)])
def test_unbalanced_entry(amounts: tuple[int, ...]) -> None:
    postings = [Posting("bank:account", amount) for amount in amounts]
    with pytest.raises(UnbalancedEntry):
        LedgerEntry(EntryKind.PAYOUT_SETTLED, UUID(int=1), date(2026, 11, 30), postings)


def test_references_fit_the_scheme_and_differ() -> None:
    assert len(end_to_end_id(UUID(int=2**128 - 1))) == len(message_id(UUID(int=1))) == 34
    assert end_to_end_id(UUID(int=1)) != end_to_end_id(UUID(int=2))


def test_remittance_counts_in_italian() -> None:
    month = RunMonth(2026, 12)
    assert remittance_text(PayeeKind.MEMBER, month, 1) == "Rimborso sussidi dicembre 2026 - 1 richiesta"
    assert remittance_text(PayeeKind.FACILITY, month, 1).endswith("1 fattura")


@pytest.mark.parametrize("code", ["AC01", "AC04", "AC06", "AG01", "AM05", "BE04", "MD07", "MS03", "RC01"])
def test_reasons_of_the_payees_account_hold_the_iban(code: str) -> None:
    assert return_reason(code).holds_iban
    assert not return_reason("AM04").holds_iban


def test_every_reason_has_words_in_both_languages() -> None:
    reasons = known_reasons()
    assert len({reason.code for reason in reasons}) == len(reasons) > 250
    for reason in reasons:
        assert re.fullmatch("[A-Z0-9]{4}", reason.code)
        assert reason.text_it[0].isupper()
        assert reason.text_en[0].isupper()
        assert reason.text_it != reason.text_en
        assert return_reason(reason.code) == reason


def test_unlisted_or_missing_reason() -> None:
    assert return_reason("ZZ99").code == "ZZ99"
    assert return_reason("ZZ99").text_it == return_reason(None).text_it
    assert return_reason(None).code == "MS03"


def test_unknown_status_is_named() -> None:
    with pytest.raises(UnknownBankStatus, match="'ABCD' for MP1"):
        target_state(BankAnswer(AnswerScope.TRANSFER, "MP1", "ABCD", None))
