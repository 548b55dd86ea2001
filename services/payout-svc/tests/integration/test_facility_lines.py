"""What a facility is told of a transfer sums to it to the cent: in the event, the data, the spreadsheet, on paper."""

import asyncio
import csv
import io
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payout_factories import NOVEMBER, FundDriver
from pypdf import PdfReader

from kit.clock import FixedClock
from kit.ids import new_id
from kit.money import format_eur, parse_eur
from payout_svc.adapters.statement_press import TypstStatementPress
from payout_svc.adapters.statement_text import facility_csv, facility_page
from payout_svc.bootstrap import build
from payout_svc.settings import PayoutSettings

TODAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
PRESS = TypstStatementPress()
_cents = st.integers(1, 5_000_000)
_booking = st.tuples(st.just("booking"), _cents)
_other = st.tuples(st.sampled_from(["booking", "imported", "correction"]), _cents)
# A correction is of the booking before it, in the same transfer or in one before.
STEPS = st.lists(st.one_of(_booking, _other, st.tuples(st.just("pay"), st.just(0))), max_size=9)
_funds = count(1)


async def _play(fund: FundDriver, facility: UUID, steps: list[tuple[str, int]]) -> None:
    booking = await fund.close_booking(facility, 1)
    for what, cents in [*steps, ("pay", 0)]:
        if what == "booking":
            booking = await fund.close_booking(facility, cents)
        elif what == "imported":
            await fund.close_booking(facility, cents, imported=True, code="S-1")
        elif what == "correction":
            await fund.correct_booking(facility, booking, cents)
        else:
            await fund.pay()


async def _check(fund: FundDriver, facility: UUID) -> None:
    told = {event["payout_id"]: event for event in await fund.events("payout_sent")}
    for payout in await fund.payouts():
        async with fund.services.uow.begin(fund.context()) as tx:
            statement = await tx.paid.invoices(facility, month=NOVEMBER, payout_id=payout["payout_id"])
        lines = told[str(payout["payout_id"])]["lines"]
        assert sum(line["amount_cents"] for line in lines) == statement.amount_cents == payout["amount_cents"]
        assert len({line["source_id"] for line in lines}) == len(lines) == len(statement.invoices) == payout["payables"]
        assert {line["kind"] for line in lines} == {one.kind for one in statement.invoices}
        assert all(line["invoice_number"] == "F/12" for line in lines)
        rows = csv.DictReader(io.StringIO(facility_csv(statement).decode("utf-8-sig")), delimiter=";")
        assert sum(parse_eur(row["quota_fondo"].replace(",", ".")) for row in rows) == payout["amount_cents"]
        page = facility_page(statement, fund_name="Fondo", printed_on=TODAY.date())
        shown = sum(parse_eur(part["amount"].replace(".", "").replace(",", ".")) for part in page["sections"])
        assert (page["total"]["amount"], shown) == (format_eur(payout["amount_cents"]), payout["amount_cents"])


async def _one(service_settings: PayoutSettings, steps: list[Any]) -> None:
    services = build(service_settings, clock=FixedClock(TODAY))
    try:
        fund, facility = FundDriver(services, f"lines-{next(_funds)}"), new_id()
        await fund.publish_terms()
        await _play(fund, facility, steps)
        await _check(fund, facility)
    finally:
        await services.uow.close()


def test_lines_sum_to_the_transfer(settings: PayoutSettings) -> None:
    @settings_of_hypothesis
    @given(steps=STEPS)
    def play(steps: list[Any]) -> None:
        asyncio.run(_one(settings, steps))

    play()


async def test_paper_shows_every_kind_with_its_sum(fund: FundDriver) -> None:
    facility = new_id()
    await _play(fund, facility, [("booking", 123_456), ("imported", 6_000), ("correction", 500)])
    async with fund.services.uow.begin(fund.context()) as tx:
        statement = await tx.paid.invoices(facility, month=NOVEMBER, payout_id=None)
    page = facility_page(statement, fund_name="Fondo", printed_on=TODAY.date())
    pdf = PdfReader(io.BytesIO(await PRESS.print_page(page, printed_on=TODAY.date())))
    text = " ".join("".join(one.extract_text() for one in pdf.pages).split())
    for wanted in ("€ 1.299,57", "Aumenti dopo revisione", "€ 5,00", "sistema precedente", "€ 60,00", "S-1"):
        assert wanted in text, wanted


settings_of_hypothesis = settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
