"""/v1/closings: the month reconciled."""

from typing import Annotated, Self

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kit.auth import Access, Caller
from kit.commands import run_query
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.domain.closing import Closing
from payout_svc.domain.run_month import RunMonth
from payout_svc.use_cases.close_month import close_month

Officer = Annotated[Caller, Depends(Access("payments_officer"))]
Month = Annotated[str, Path(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


class DifferenceView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(description="Claim, booking, payee, run, payout, run/file or statement/line")]
    expected_cents: int | None
    actual_cents: Annotated[int | None, Field(description="null: this side does not have it")]


class CheckView(BaseModel):
    """Two sides of the same money."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    equal: bool
    expected_count: int
    expected_cents: int
    actual_count: int
    actual_cents: int
    differing: Annotated[int, Field(description="All differences; the first hundred are listed")]
    differences: list[DifferenceView]


class ClosingView(BaseModel):
    """A month's reconciliation."""

    month: str
    all_equal: bool
    checks: list[CheckView]

    @classmethod
    def of(cls, closing: Closing) -> Self:
        return cls(
            month=str(closing.month),
            all_equal=closing.all_equal,
            checks=[CheckView.model_validate(check) for check in closing.checks],
        )


def closings_router(services: Services) -> APIRouter:
    """Make the route of the monthly closing."""
    router = APIRouter(prefix="/v1/closings", tags=["closings"])

    @router.get("/{month}", response_model=ClosingView)
    async def show_closing(request: Request, principal: Officer, month: Month) -> Response:
        """Reconcile a month: limits = decisions = settlements = payables = ledger = bank files = bank answers.

        `all_equal` or, per check, what differs with its id. A transfer that the bank has not answered yet is a
        difference of `bank_files_and_answers`. A month that is over needs the reconciliation of the limits ledger:
        rules-svc makes it after its end, or when asked (`/v1/limits/reconciliations/{month}`).
        """

        async def work(tx: PayoutsTransaction) -> ClosingView:
            return ClosingView.of(await close_month(tx, month=RunMonth.parse(month), files=services.files))

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
