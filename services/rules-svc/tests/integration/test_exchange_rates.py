"""Expenses in a foreign currency at the official rate of the day of the invoice."""

from datetime import date
from uuid import uuid4

import httpx
import pytest
from factories_rules import Desk
from sqlalchemy.exc import DBAPIError

from kit.testing.tokens import TokenFactory
from rules_svc.adapters.ecb_file import packaged_rates, read_rates
from rules_svc.bootstrap import Services
from rules_svc.domain.errors import RatesUnreadable
from rules_svc.entrypoints.rates_job import refresh_rates

DAILY = b"Date, USD, CHF, \n2 November 2026, 1.1201, 0.9200, \n"


async def test_a_claim_in_francs_is_decided_at_the_official_rate(desk: Desk, services: Services) -> None:
    await refresh_rates(services)
    # 31 October and 1 November 2026 are a weekend: the rate is Friday's.
    abroad = {"currency": "CHF", "expense_date": "2026-11-01", "amount_cents": 10_000}
    stated = abroad | {"extra": {"eur_per_unit": "9.99", "units_per_eur": "0.01"}}
    await desk.handle(desk.claim(uuid4(), uuid4(), **abroad), desk.claim(uuid4(), uuid4(), **stated))
    told = await desk.rows("select data from rules.outbox where type = 'rules.claim_adjudicated.v1'")
    assert {(one.data["requested_cents"], one.data["requested_eur_cents"]) for one in told} == {(10_000, 10_877)}
    assert {one.data["steps"][0]["text_en"] for one in told} == {"Request of CHF 100,00 in indirect mode, article 3.6."}
    rows = await desk.rows("select payable_cents, inputs, steps from rules.decision order by decision_id")
    friday = next(one for one in packaged_rates() if one.day == date(2026, 10, 30)).units_per_eur["CHF"]
    assert friday == "0.9194"
    for row in rows:
        # 100.00 / 0.9194 = 108.77 euro, of which the visit gives 65 %.
        assert [one["after_cents"] for one in row.steps if one["code"] == "currency"] == [10_877]
        assert row.payable_cents == 7_070
        assert row.inputs["request"]["extra"] == {"units_per_eur": friday, "rate_on": "2026-10-30"}


async def test_a_currency_without_a_rate_goes_to_a_person(desk: Desk, services: Services) -> None:
    await refresh_rates(services)
    for currency, day in (("RUB", "2026-10-12"), ("CHF", "2026-11-20")):
        changed = {"currency": currency, "expense_date": day, "received_on": "2026-11-21"}
        await desk.handle(desk.claim(uuid4(), uuid4(), amount_cents=10_000, **changed))
    rows = await desk.rows("select outcome, reasons from rules.decision")
    assert {(row.outcome, row.reasons[0]["code"]) for row in rows} == {("refer", "rate_unknown")}
    told = await desk.rows("select data from rules.outbox where type = 'rules.claim_adjudicated.v1'")
    assert [one.data["requested_eur_cents"] for one in told] == [None, None]


async def test_what_the_document_states_is_in_its_currency(desk: Desk, services: Services) -> None:
    await refresh_rates(services)
    abroad = {"currency": "CHF", "expense_date": "2026-10-30", "amount_cents": 10_000}
    refunded = abroad | {"other_fund_refund_cents": 4_000}
    await desk.handle(desk.claim(uuid4(), uuid4(), **refunded))
    (row,) = await desk.rows("select steps from rules.decision")
    # 40.00 / 0.9194 = 43.51 euro come off 108.77.
    assert [one["after_cents"] for one in row.steps if one["code"] == "other_cover"] == [10_877 - 4_351]


async def test_yen_come_in_yen(desk: Desk, services: Services) -> None:
    await refresh_rates(services)
    abroad = {"currency": "JPY", "expense_date": "2026-10-30", "amount_cents": 15_000, "extra": {"minor_digits": 2}}
    await desk.handle(desk.claim(uuid4(), uuid4(), **abroad))
    yen = next(one for one in packaged_rates() if one.day == date(2026, 10, 30)).units_per_eur["JPY"]
    (row,) = await desk.rows("select steps, inputs from rules.decision")
    (shown,) = [one["after_cents"] for one in row.steps if one["code"] == "currency"]
    assert abs(shown - 15_000 * 100 / float(yen)) <= 0.5
    assert row.inputs["request"]["extra"]["minor_digits"] == 0


async def test_newer_rates_are_fetched_and_known_ones_stay(
    desk: Desk, services: Services, client: httpx.AsyncClient, tokens: TokenFactory
) -> None:
    services.settings.exchange_rates_url = "http://bank.test/rates.csv"
    wrong = DAILY + b"30 October 2026, 9.9, 9.9, \n"
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=wrong))
    await refresh_rates(services, transport)
    await refresh_rates(services, transport)
    own = tokens.headers(roles=["member"], member_id=uuid4())
    for asked, day, units in (("2026-11-02", "2026-11-02", "0.9200"), ("2026-10-31", "2026-10-30", "0.9194")):
        shown = await client.get(f"/v1/exchange-rates?currency=CHF&date={asked}", headers=own)
        assert (shown.json()["rate_on"], shown.json()["units_per_eur"]) == (day, units)
    gone = await client.get("/v1/exchange-rates?currency=RUB&date=2026-10-30", headers=own)
    assert (gone.status_code, gone.json()["code"]) == (404, "rate_unknown")
    bad = await client.get("/v1/exchange-rates?currency=chf&date=2026-10-30", headers=own)
    assert bad.status_code == 422
    with pytest.raises(DBAPIError, match="append-only"):
        await desk.rows("update rules.exchange_rate set loaded_at = now() returning 1")


@pytest.mark.parametrize("content", [b"", b"<html>", b"Date,USD\n2026-10-30,-1\n", b"Date,USD\nyesterday,1.1\n"])
def test_what_is_no_table_of_rates_is_refused(content: bytes) -> None:
    with pytest.raises(RatesUnreadable):
        read_rates(content)
