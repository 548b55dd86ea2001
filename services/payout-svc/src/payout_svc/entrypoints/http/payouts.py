"""/v1/payouts and /v1/statements: what was paid."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from kit.auth import Access, Caller
from kit.commands import run_query
from kit.pages import DEFAULT_LIMIT, Cursors, CursorText, Limit, Page
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.domain.return_reasons import return_reason
from payout_svc.domain.run_month import RunMonth
from payout_svc.entrypoints.http.schemas import PayoutView, StatementView

MemberOrStaff = Annotated[
    Caller, Depends(Access("member", "operator", "payments_officer", "payments_approver", own="member"))
]
FacilityOrStaff = Annotated[
    Caller, Depends(Access("facility", "operator", "payments_officer", "payments_approver", own="facility"))
]
Month = Annotated[str | None, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


def payouts_router(services: Services) -> APIRouter:
    """Make the routes of payouts and of the facilities' statements."""
    router = APIRouter(tags=["payouts"])
    _add_payouts(router, services)
    _add_statements(router, services)
    return router


def _add_payouts(router: APIRouter, services: Services) -> None:
    @router.get("/v1/payouts", response_model=Page[PayoutView])
    async def list_payouts(
        request: Request,
        principal: MemberOrStaff,
        member_id: UUID | None = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List bank transfers with the cases that they pay, newest first; members see their own."""
        before = _position(services.cursors, cursor)
        owner = principal.owner_member_id or member_id

        async def work(tx: PayoutsTransaction) -> Page[PayoutView]:
            rows = await tx.lists.payouts(
                payee_kind="member" if owner else None, payee_id=owner, month=None, before=before, limit=limit + 1
            )
            tx.audit("payouts_read", entity="member", entity_id=owner or "all", person_id=owner)
            items = [PayoutView.model_validate(dict(row) | _reason_texts(row)) for row in rows[:limit]]
            return Page(items=items, next_cursor=_following(services.cursors, rows, limit))

        return await run_query(request, principal, uow=services.uow, work=work)


def _add_statements(router: APIRouter, services: Services) -> None:
    @router.get("/v1/statements", response_model=Page[StatementView])
    async def list_statements(
        request: Request,
        principal: FacilityOrStaff,
        facility_id: UUID | None = None,
        month: Month = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List what facilities were paid, month by month with the invoices; facilities see their own."""
        before = _position(services.cursors, cursor)
        owner = principal.owner_facility_id or facility_id
        first_day = RunMonth.parse(month).first_day if month else None

        async def work(tx: PayoutsTransaction) -> Page[StatementView]:
            rows = await tx.lists.payouts(
                payee_kind="facility", payee_id=owner, month=first_day, before=before, limit=limit + 1
            )
            items = [_statement(row) for row in rows[:limit]]
            return Page(items=items, next_cursor=_following(services.cursors, rows, limit))

        return await run_query(request, principal, uow=services.uow, work=work)


def _position(cursors: Cursors, cursor: str | None) -> tuple[date, UUID] | None:
    position = cursors.read(cursor)
    return (date.fromisoformat(position[0]), UUID(position[1])) if position else None


def _following(cursors: Cursors, rows: Sequence[Mapping[str, Any]], limit: int) -> str | None:
    if len(rows) <= limit:
        return None
    return cursors.write([rows[limit - 1]["execution_on"], rows[limit - 1]["payout_id"]])


def _reason_texts(row: Mapping[str, Any]) -> dict[str, str | None]:
    if row["reason_code"] is None:
        return {"reason_it": None, "reason_en": None}
    reason = return_reason(row["reason_code"])
    return {"reason_it": reason.text_it, "reason_en": reason.text_en}


def _statement(row: Mapping[str, Any]) -> StatementView:
    return StatementView(
        payout_id=row["payout_id"],
        facility_id=row["payee_id"],
        month=str(RunMonth.of(row["month"])),
        execution_on=row["execution_on"],
        amount_cents=row["amount_cents"],
        state=row["state"],
        items=row["items"],
    )
