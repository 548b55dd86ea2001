"""/v1/exchange-rates: the official rate of an expense in a foreign currency."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from kit.auth import Access, Caller
from kit.commands import run_query
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.errors import RateUnknown

_POLICY = Access("member", "operator", "medical_consultant", "board", "payments_officer", "fund_admin", own="member")
Reader = Annotated[Caller, Depends(_POLICY)]
Currency = Annotated[str, Query(pattern=r"^[A-Z]{3}$", description="ISO 4217, such as CHF")]
Day = Annotated[date, Query(alias="date", description="The day of the invoice")]


class ExchangeRateView(BaseModel):
    """A reference rate of the European Central Bank."""

    currency: str
    asked_for: date
    rate_on: date = Field(description="The day of the rate: the day asked for, or the last before it with a rate")
    units_per_eur: str = Field(description="Units of the currency for one euro, as published")


def exchange_rates_router(services: Services) -> APIRouter:
    """Make the route of exchange rates."""
    router = APIRouter(prefix="/v1/exchange-rates", tags=["quotes"])

    @router.get("", response_model=ExchangeRateView)
    async def read_rate(request: Request, principal: Reader, currency: Currency, day: Day) -> Response:
        """Show the official rate by which an expense of that day is converted."""

        async def work(tx: RulesTransaction) -> ExchangeRateView:
            found = await tx.rates.on(currency, day)
            if found is None:
                raise RateUnknown(f"no official rate of {currency} is known for {day}")
            return ExchangeRateView(
                currency=currency, asked_for=day, rate_on=found.on_day, units_per_eur=found.units_per_eur
            )

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
