"""/v1/decisions: what was decided, and why."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from kit.auth import Access, Caller
from kit.commands import run_query
from kit.errors import FieldError
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.errors import DecisionFilterMissing
from rules_svc.entrypoints.http.schemas import Decisions, DecisionView
from rules_svc.use_cases.ports import DecisionKind
from rules_svc.use_cases.read_decisions import read_decision, read_decisions

_POLICY = Access("member", "operator", "medical_consultant", "board", "fund_admin", own="member")
Reader = Annotated[Caller, Depends(_POLICY)]


def _subject(claim_id: UUID | None, booking_id: UUID | None) -> tuple[DecisionKind, UUID]:
    if claim_id is not None and booking_id is None:
        return "claim", claim_id
    if booking_id is not None and claim_id is None:
        return "booking", booking_id
    field = FieldError("/query/claim_id", "exactly_one", "give claim_id or booking_id")
    raise DecisionFilterMissing("give exactly one of claim_id and booking_id", errors=[field])


def decisions_router(services: Services) -> APIRouter:
    """Make the routes of decisions."""
    router = APIRouter(prefix="/v1/decisions", tags=["decisions"])

    @router.get("", response_model=Decisions)
    async def list_decisions(
        request: Request, principal: Reader, claim_id: UUID | None = None, booking_id: UUID | None = None
    ) -> Response:
        """List the decisions on one claim or booking, one a revision."""
        kind, subject_id = _subject(claim_id, booking_id)

        async def work(tx: RulesTransaction) -> Decisions:
            owner = principal.owner_member_id
            rows = await read_decisions(tx, kind=kind, subject_id=subject_id, owner_member_id=owner)
            return Decisions(items=[DecisionView(**row) for row in rows])

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{decision_id}", response_model=DecisionView)
    async def get_decision(request: Request, principal: Reader, decision_id: UUID) -> Response:
        """Show one decision with its explanation, the plan version and the limits before it."""

        async def work(tx: RulesTransaction) -> DecisionView:
            row = await read_decision(tx, decision_id=decision_id, owner_member_id=principal.owner_member_id)
            return DecisionView(**row)

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
