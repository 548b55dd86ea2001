"""/v1/exchange-rates: the official rate of an expense in a foreign currency."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, run_command, run_query
from rules_svc.adapters.ecb_file import fetch_rates, packaged_rates, read_rates
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.errors import RatesSourceMissing, RateUnknown
from rules_svc.use_cases.office_ports import DayRates
from rules_svc.use_cases.take_rates import RatesTaken, take_rates

_POLICY = Access("member", "operator", "medical_consultant", "board", "payments_officer", "fund_admin", own="member")
Reader = Annotated[Caller, Depends(_POLICY)]
Admin = Annotated[Caller, Depends(Access("fund_admin"))]
Currency = Annotated[str, Query(pattern=r"^[A-Z]{3}$", description="ISO 4217, such as CHF")]
Day = Annotated[date, Query(alias="date", description="The day of the invoice")]

Correct = Annotated[
    bool, Query(description="Where a known day is given otherwise, add the given rates as a correction of that day")
]
Origin = Annotated[Literal["bank", "package"], Query(description="The bank's address, or what the package carries")]
Source = Literal["bank", "package", "file"]
_SHOWN = 100
_FORMS = ("text/csv", "application/xml", "application/zip")
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {form: {"schema": {"type": "string", "format": "binary"}} for form in _FORMS},
    }
}


class ExchangeRateView(BaseModel):
    """A reference rate of the European Central Bank."""

    currency: str
    asked_for: date
    rate_on: date = Field(description="The day of the rate: the day asked for, or the last before it with a rate")
    units_per_eur: str = Field(description="Units of the currency for one euro, as published")
    revision: int = Field(description="1, or higher where the day's rates were corrected")


class RateDifferenceView(BaseModel):
    """A rate that was given otherwise than it was known."""

    on_day: date
    currency: str
    known: str | None = Field(description="null: the day was known without this currency")
    given: str


class RatesTakenView(BaseModel):
    """What a refresh or an upload changed; the same rates again change nothing."""

    source: Source
    days_read: int
    days_added: int
    first_added: date | None
    last_added: date | None
    difference_count: int
    differences: list[RateDifferenceView] = Field(description="The first hundred, by day as given")
    days_corrected: list[date] = Field(description="Empty unless corrections were asked for")


def _taken_view(taken: RatesTaken, source: Source) -> RatesTakenView:
    return RatesTakenView(
        source=source,
        days_read=taken.days_read,
        days_added=len(taken.added),
        first_added=taken.added[0] if taken.added else None,
        last_added=taken.added[-1] if taken.added else None,
        difference_count=len(taken.differences),
        differences=[
            RateDifferenceView(on_day=one.day, currency=one.currency, known=one.known, given=one.given)
            for one in taken.differences[:_SHOWN]
        ],
        days_corrected=list(taken.corrected),
    )


def exchange_rates_router(services: Services) -> APIRouter:
    """Make the routes of exchange rates."""
    router = APIRouter(prefix="/v1/exchange-rates", tags=["quotes"])
    _add_changes(router, services)

    @router.get("", response_model=ExchangeRateView)
    async def read_rate(request: Request, principal: Reader, currency: Currency, day: Day) -> Response:
        """Show the official rate by which an expense of that day is converted."""

        async def work(tx: RulesTransaction) -> ExchangeRateView:
            found = await tx.rates.on(currency, day)
            if found is None:
                raise RateUnknown(f"no official rate of {currency} is known for {day}")
            return ExchangeRateView(
                currency=currency,
                asked_for=day,
                rate_on=found.on_day,
                units_per_eur=found.units_per_eur,
                revision=found.revision,
            )

        return await run_query(request, principal, uow=services.uow, work=work)

    return router


def _add_changes(router: APIRouter, services: Services) -> None:
    @router.post("/refresh", response_model=RatesTakenView)
    async def refresh(
        request: Request, principal: Admin, key: IdempotencyKey, source: Origin = "bank", *, correct: Correct = False
    ) -> Response:
        """Take over what the central bank publishes now, or what the package carries; known days stay.

        409 `rates_source_missing` where no address of the bank is set, 503 `rates_unavailable` where it gives nothing.
        """
        url = services.settings.exchange_rates_url
        if source == "bank" and not url:
            raise RatesSourceMissing("EXCHANGE_RATES_URL is not set: upload a file, or refresh from the package")
        days = await fetch_rates(url) if source == "bank" and url else packaged_rates()
        return await _take(request, principal, key, days, source, f"{source} {correct}".encode(), correct=correct)

    @router.post("", response_model=RatesTakenView, openapi_extra=_FILE)
    async def upload(request: Request, principal: Admin, key: IdempotencyKey, *, correct: Correct = False) -> Response:
        """Take over a file of the central bank, CSV or XML, also zipped, of a day or of all; known days stay.

        A day that the fund knows is never overwritten: decisions keep the rate they were made with, and a correction,
        where asked for, decides from then on.
        """
        content = await request.body()
        days = read_rates(content)
        return await _take(request, principal, key, days, "file", str(correct).encode() + content, correct=correct)

    async def _take(  # noqa: PLR0913 (one argument a part of the answer)
        request: Request,
        principal: Caller,
        key: str,
        days: Sequence[DayRates],
        source: Source,
        asked: bytes,
        *,
        correct: bool,
    ) -> Response:
        async def work(tx: RulesTransaction) -> RatesTakenView:
            return _taken_view(await take_rates(tx, days=days, source=source, correct=correct), source)

        return await run_command(request, principal, uow=services.uow, work=work, body=asked, key=key)
