"""The operator desk's queue: served in order of receipt, one item to one person at a time."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.review import Reviewer
from claims_api.domain.work_item import WorkItem, WorkKind
from claims_api.entrypoints.http.callers import Decider
from claims_api.entrypoints.http.currency_views import InItsCurrency
from claims_api.entrypoints.http.fields import Code
from claims_api.use_cases.desk_ports import WorkFilter
from claims_api.use_cases.serve_work import list_work, next_work_item, release_lease, renew_lease
from kit.auth import Caller
from kit.clock import rome_date
from kit.commands import IdempotencyKey, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

PREFIX = "/v1/work-items"


class LeaseState(StrEnum):
    """Whether somebody has the item in hand."""

    FREE = "free"
    LEASED = "leased"


class WorkItemView(InItsCurrency):
    """One item of the queue; the claim itself is at /v1/claims/{claim_id}."""

    item_id: UUID
    kind: WorkKind
    claim_id: UUID
    case_id: UUID
    case_number: str
    article: str
    review: str = Field(description="Who decides: operator, medical_consultant, board")
    channel: str
    requested_cents: int | None = Field(description="In euro; null where no official rate is known")
    received_on: date
    queued_at: datetime = Field(description="Place in the order of receipt; paper comes 60 days later (1.1)")
    opened_at: datetime
    due_on: date = Field(description="Service level: decided by this day")
    escalated_at: datetime | None = Field(description="When the due date was found missed; such items are served first")
    review_id: UUID | None = Field(description="The proposal that waits for its second person")
    state: LeaseState
    mine: bool
    leased_until: datetime | None
    why_it: str
    why_en: str


class NextItemView(BaseModel):
    """The item that is yours now; null when the queue holds nothing for you."""

    item: WorkItemView | None


def reviewer_of(caller: Caller) -> Reviewer:
    return Reviewer(caller.subject, caller.roles)


_WHY = {
    WorkKind.REVIEW: ("La più vecchia in ordine di ricevimento (1.1).", "The oldest in order of receipt (1.1)."),
    WorkKind.REVIEW_REQUEST: (
        "Il socio chiede la revisione della decisione.",
        "The member asks for a review of the decision.",
    ),
    WorkKind.ESCALATION: (
        "Attende una decisione oltre la data prevista.",
        "It waits for a decision beyond its due date.",
    ),
    WorkKind.SAMPLE: ("Estratta per il controllo a campione (1.3).", "Drawn for a check by sample (1.3)."),
    WorkKind.CONFIRMATION: (
        "Proposta di pagamento che attende una seconda persona.",
        "A proposed payment that waits for a second person.",
    ),
}


def item_view(item: WorkItem, *, caller: Caller, now: datetime, terms: FundTerms) -> WorkItemView:
    leased = item.leased_until is not None and item.leased_until > now
    why_it, why_en = _WHY[item.kind]
    return WorkItemView(
        item_id=item.item_id,
        kind=item.kind,
        claim_id=item.claim_id,
        case_id=item.case_id,
        case_number=item.case_number,
        article=item.article,
        review=item.review_role,
        channel=item.channel,
        amount_cents=item.amount_cents,
        currency=item.currency,
        requested_cents=item.requested_cents,
        received_on=item.received_on,
        queued_at=item.queued_at,
        opened_at=item.opened_at,
        due_on=terms.decision_due_on(rome_date(item.queued_at)),
        escalated_at=item.escalated_at,
        review_id=item.review_id,
        state=LeaseState.LEASED if leased else LeaseState.FREE,
        mine=leased and item.holder == caller.subject,
        leased_until=item.leased_until if leased else None,
        why_it=why_it,
        why_en=why_en,
    )


Kind = Annotated[WorkKind | None, Query(description="A referred claim, or a proposal to confirm")]
Article = Annotated[Code | None, Query(description="Article of the claim")]
State = Annotated[LeaseState | None, Query(description="In somebody's hands, or free")]
Age = Annotated[int | None, Query(ge=0, le=3650, description="Received at least so many days ago")]


def work_queue_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["work-items"])

    @router.get("", response_model=Page[WorkItemView])
    async def list_queue(  # noqa: PLR0913 (one argument a filter)
        request: Request,
        caller: Decider,
        kind: Kind = None,
        article: Article = None,
        state: State = None,
        min_age_days: Age = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List the desk's queue in order of receipt; paper comes 60 days later."""
        position = services.cursors.read(cursor)
        terms = terms_of(caller.fund)

        async def work(tx: ClaimsTransaction) -> Page[WorkItemView]:
            until = rome_date(tx.now) - timedelta(days=min_age_days) if min_age_days is not None else None
            wanted = WorkFilter(
                now=tx.now,
                kind=kind,
                article=article,
                leased=None if state is None else state is LeaseState.LEASED,
                received_until=until,
                after=(datetime.fromisoformat(position[0]), UUID(position[1])) if position else None,
                limit=limit + 1,
            )
            found = await list_work(tx, wanted=wanted)
            last = found[limit - 1] if len(found) > limit else None
            return Page[WorkItemView](
                items=[item_view(one, caller=caller, now=tx.now, terms=terms) for one in found[:limit]],
                next_cursor=services.cursors.write([last.queued_at.isoformat(), last.item_id]) if last else None,
            )

        return await run_query(request, caller, uow=services.uow, work=work)

    return router


def work_leases_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["work-items"])

    @router.post("/next", response_model=NextItemView)
    async def take_next(request: Request, caller: Decider, key: IdempotencyKey) -> Response:
        """Take the oldest free item that your role decides; it is yours for ten minutes."""
        terms = terms_of(caller.fund)

        async def work(tx: ClaimsTransaction) -> NextItemView:
            item = await next_work_item(tx, reviewer=reviewer_of(caller), terms=terms)
            return NextItemView(item=item_view(item, caller=caller, now=tx.now, terms=terms) if item else None)

        return await run_command(request, caller, uow=services.uow, key=key, work=work)

    @router.post("/{item_id}/renew", response_model=WorkItemView)
    async def renew(request: Request, caller: Decider, item_id: UUID) -> Response:
        """Keep your item for another ten minutes from now; 409 `lease_lost` when somebody else took it."""
        terms = terms_of(caller.fund)

        async def work(tx: ClaimsTransaction) -> WorkItemView:
            item = await renew_lease(tx, item_id=item_id, reviewer=reviewer_of(caller), terms=terms)
            return item_view(item, caller=caller, now=tx.now, terms=terms)

        return await run_command(request, caller, uow=services.uow, work=work)

    @router.post("/{item_id}/release", response_model=WorkItemView)
    async def release(request: Request, caller: Decider, item_id: UUID) -> Response:
        """Give your item back to the queue, where it keeps its place."""
        terms = terms_of(caller.fund)

        async def work(tx: ClaimsTransaction) -> WorkItemView:
            item = await release_lease(tx, item_id=item_id, reviewer=reviewer_of(caller))
            return item_view(item, caller=caller, now=tx.now, terms=terms)

        return await run_command(request, caller, uow=services.uow, work=work)

    return router
