"""How long the fund really takes."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.entrypoints.http.callers import Desk
from claims_api.entrypoints.http.fields import Day
from claims_api.use_cases.read_service_levels import read_service_levels
from kit.clock import rome_date
from kit.commands import run_query

_DEFAULT_DAYS = 90
Since = Annotated[Day | None, Query(alias="from", description="First day of sending, 90 days ago if not given")]
Until = Annotated[Day | None, Query(alias="to", description="Last day of sending, today if not given")]


class ServiceLevelView(BaseModel):
    """One step: rules_decision, settled and paid count from the sending (on paper from its turn).

    person_decision counts from the referral.
    """

    step: str
    count: int
    p50_seconds: float | None
    p90_seconds: float | None
    p99_seconds: float | None


class ServiceLevelsView(BaseModel):
    """The real percentiles of a period beside what the fund has set itself."""

    since: Day
    until: Day
    decide_within_working_days: int
    steps: list[ServiceLevelView]


def service_levels_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/service-levels", tags=["service-levels"])

    @router.get("", response_model=ServiceLevelsView)
    async def show_service_levels(request: Request, caller: Desk, since: Since = None, until: Until = None) -> Response:
        """Show how long claims really took, from the raw timestamps of all claims sent in the period."""
        terms = terms_of(caller.fund)

        async def work(tx: ClaimsTransaction) -> ServiceLevelsView:
            last = until or rome_date(tx.now)
            first = since or last - timedelta(days=_DEFAULT_DAYS)
            start = datetime.combine(first, time(), UTC)
            end = datetime.combine(last + timedelta(days=1), time(), UTC)
            found = await read_service_levels(tx, since=start, until=end)
            return ServiceLevelsView(
                since=first,
                until=last,
                decide_within_working_days=terms.decide_within_working_days,
                steps=[ServiceLevelView.model_validate(one, from_attributes=True) for one in found],
            )

        return await run_query(request, caller, uow=services.uow, work=work)

    return router
