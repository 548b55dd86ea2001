"""A member's year and a facility's month, as JSON, spreadsheet and PDF."""

import csv
import io
from datetime import UTC, datetime
from uuid import UUID

from httpx import AsyncClient
from payout_factories import FundDriver, iban
from payout_statements import account_statement, paid, returned
from pypdf import PdfReader

from kit.clock import FixedClock
from kit.ids import new_id
from kit.testing.tokens import TokenFactory

YEAR = "/v1/statements/reimbursements/2026"


def _lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


async def _year(fund: FundDriver, clock: FixedClock) -> UUID:
    daughter = new_id()
    person = {
        "person_id": str(daughter),
        "first_name": "Anna",
        "last_name": "Rossi",
        "fiscal_code": "RSSNNA10A41F205X",
    }
    member = await fund.enrol(persons=[person])
    await fund.settle(member, 12345)
    await fund.deliver(fund.settled(member, 6000, person_id=str(daughter), article="4.1", case_number="=2026-7"))
    await fund.settle(await fund.enrol(number=2), 8000)
    await fund.pay()
    reference = next(f"MP{row['payout_id'].hex}" for row in await fund.payouts() if row["amount_cents"] == 18345)
    clock.set(datetime(2026, 12, 2, 9, tzinfo=UTC))
    await fund.statement(account_statement(paid(reference, "183.45", booked_on="2026-12-01")))
    return member


async def test_members_year_for_the_tax_return(
    client: AsyncClient, tokens: TokenFactory, fund: FundDriver, clock: FixedClock
) -> None:
    member = await _year(fund, clock)
    headers = tokens.headers(roles=["member"], member_id=member)
    view = (await client.get(YEAR, headers=headers)).json()
    assert (view["member_name"], view["amount_cents"]) == ("Mario Rossi 1", 18345)
    assert [(one["name"], one["fiscal_code"], one["amount_cents"]) for one in view["persons"]] == [
        ("Anna Rossi", "RSSNNA10A41F205X", 6000),
        ("Mario Rossi 1", "RSSMRA75H15F001E", 12345),
    ]
    (expense,) = view["persons"][0]["expenses"]
    assert (expense["article"], expense["requested_cents"], expense["paid_on"]) == ("4.1", 7000, "2026-12-01")
    sheet = await client.get(YEAR, params={"format": "csv"}, headers=headers)
    assert sheet.headers["content-disposition"] == 'attachment; filename="rimborsi-2026.csv"'
    rows = _lines(sheet.content)
    assert [(row["persona"], row["rimborso"], row["pratica"]) for row in rows] == [
        ("Anna Rossi", "60,00", "'=2026-7"),
        ("Mario Rossi 1", "123,45", "2026-000001"),
    ]


async def test_pdf_is_archivable_accessible_and_complete(
    client: AsyncClient, tokens: TokenFactory, fund: FundDriver, clock: FixedClock
) -> None:
    member = await _year(fund, clock)
    headers = tokens.headers(roles=["member"], member_id=member)
    answer = await client.get(YEAR, params={"format": "pdf"}, headers=headers)
    again = await client.get(YEAR, params={"format": "pdf"}, headers=headers)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content == again.content
    reader = PdfReader(io.BytesIO(answer.content))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.trailer["/Root"]["/Lang"] == "it-IT"
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    for wanted in ("Rimborsi ricevuti nel 2026", "€ 183,45", "Anna Rossi", "RSSNNA10A41F205X", "01/12/2026", "€ 60,00"):
        assert wanted in text, wanted


async def test_year_is_that_of_the_payment_without_what_came_back(
    client: AsyncClient, tokens: TokenFactory, fund: FundDriver, clock: FixedClock
) -> None:
    member = await fund.enrol()
    await fund.settle(member, 9000)
    await fund.pay()
    headers = tokens.headers(roles=["payments_officer"])
    asked = {"member_id": str(member)}

    async def cents(year: int) -> int:
        answer = await client.get(f"/v1/statements/reimbursements/{year}", params=asked, headers=headers)
        return int(answer.json()["amount_cents"])

    assert await cents(2026) == 0
    clock.set(datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert await cents(2026) == 9000
    clock.set(datetime(2027, 1, 4, 9, tzinfo=UTC))
    reference = f"MP{(await fund.payouts())[0]['payout_id'].hex}"
    await fund.statement(account_statement(paid(reference, "90.00", booked_on="2027-01-02")))
    assert (await cents(2026), await cents(2027)) == (0, 9000)
    await fund.statement(account_statement(returned(reference, "90.00", booked_on="2027-01-03"), message="BANK-2"))
    assert (await cents(2026), await cents(2027)) == (0, 0)
    await fund.change_iban(member, iban(50), version=2)


async def test_own_year_only(client: AsyncClient, tokens: TokenFactory, fund: FundDriver, clock: FixedClock) -> None:
    member = await _year(fund, clock)
    other = await fund.enrol(number=3)
    headers = tokens.headers(roles=["member"], member_id=other)
    view = (await client.get(YEAR, params={"member_id": str(member)}, headers=headers)).json()
    assert (view["member_id"], view["amount_cents"], view["persons"]) == (str(other), 0, [])
    assert (await client.get(YEAR, params={"format": "pdf"}, headers=headers)).status_code == 200
    staff = tokens.headers(roles=["operator"])
    missing = await client.get(YEAR, headers=staff)
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/member_id")
    assert (await client.get(YEAR, params={"member_id": str(new_id())}, headers=staff)).status_code == 404
    facility = tokens.headers(roles=["facility"], facility_id=new_id())
    assert (await client.get(YEAR, headers=facility)).status_code == 403


async def test_facilitys_month(client: AsyncClient, tokens: TokenFactory, fund: FundDriver, clock: FixedClock) -> None:
    facility = new_id()
    await fund.close_booking(facility, 4200)
    await fund.close_booking(facility, 123456)
    await fund.pay()
    headers = tokens.headers(roles=["facility"], facility_id=facility)
    path = "/v1/statements/facilities/2026-11"
    view = (await client.get(path, headers=headers)).json()
    assert (view["facility_name"], view["amount_cents"]) == ("Poliambulatorio Città Studi", 127656)
    assert [one["invoice_number"] for one in view["invoices"]] == ["F/12", "F/12"]
    rows = _lines((await client.get(path, params={"format": "csv"}, headers=headers)).content)
    assert [(row["fattura"], row["quota_fondo"]) for row in rows] == [("F/12", "42,00"), ("F/12", "1234,56")]
    pdf = (await client.get(path, params={"format": "pdf"}, headers=headers)).content
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    assert "Distinta di novembre 2026" in text
    assert "€ 1.276,56" in text
    reference = f"MP{(await fund.payouts())[0]['payout_id'].hex}"
    await fund.report((reference, "RJCT", "AC04"))
    assert (await client.get(path, headers=headers)).json()["invoices"] == []
    stranger = tokens.headers(roles=["facility"], facility_id=new_id())
    assert (await client.get(path, headers=stranger)).status_code == 404


async def test_facilitys_lines_say_what_they_are(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    facility = new_id()
    booking = await fund.close_booking(facility, 4200, code="AUT-7K3M-Q9TX")
    await fund.close_booking(facility, 6000, code="S-1", invoice_number="S-1", imported=True)
    await fund.correct_booking(facility, booking, 500)
    await fund.pay()
    headers = tokens.headers(roles=["facility"], facility_id=facility)
    path = "/v1/statements/facilities/2026-11"
    view = (await client.get(path, headers=headers)).json()
    assert {(one["kind"], one["code"], one["invoice_number"], one["amount_cents"]) for one in view["invoices"]} == {
        ("booking", "AUT-7K3M-Q9TX", "F/12", 4200),
        ("imported_booking", "S-1", "S-1", 6000),
        ("booking_correction", "PRE-1", "F/12", 500),
    }
    assert [one["booking_id"] for one in view["invoices"] if one["kind"] != "imported_booking"] == [str(booking)] * 2
    rows = _lines((await client.get(path, params={"format": "csv"}, headers=headers)).content)
    assert {(row["tipo"], row["codice"]) for row in rows} == {
        ("Prestazioni", "AUT-7K3M-Q9TX"),
        ("Prestazioni importate dal sistema precedente", "S-1"),
        ("Aumenti dopo revisione", "PRE-1"),
    }


async def test_one_transfer_of_a_month_has_a_statement_of_its_own(
    client: AsyncClient, tokens: TokenFactory, fund: FundDriver
) -> None:
    facility = new_id()
    await fund.close_booking(facility, 4200)
    await fund.pay()
    await fund.close_booking(facility, 6000)
    await fund.pay()
    headers = tokens.headers(roles=["facility"], facility_id=facility)
    path = "/v1/statements/facilities/2026-11"
    assert (await client.get(path, headers=headers)).json()["amount_cents"] == 10_200
    for payout in await fund.payouts():
        view = (await client.get(path, params={"payout_id": str(payout["payout_id"])}, headers=headers)).json()
        assert view["amount_cents"] == payout["amount_cents"]
    events = await fund.events("payout_sent")
    assert {event["month"] for event in events} == {"2026-11"}
