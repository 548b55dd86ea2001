"""Reviews, integrations, company names, tariffs and defects: matters between a facility and the fund."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, JsonValue

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.dispensing import PaperKind
from booking_api.domain.matter import Matter, MatterKind, MatterStep, Side
from booking_api.domain.tariff import TariffLine
from booking_api.entrypoints.http.schemas import Cents, InputModel, Short
from booking_api.entrypoints.http.viewers import FacilityDesk, Operator, SlotKeeper, facility_of, viewer_of
from booking_api.use_cases import keep_matters
from booking_api.use_cases.matter_ports import MatterFilter
from kit.auth import Caller
from kit.commands import IdempotencyKey, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

Words = Annotated[str, Field(min_length=3, max_length=2000)]


class ReviewIn(InputModel):
    """What was settled at zero or in part, and what you ask of the fund."""

    booking_id: UUID
    asked_cents: Cents
    text: Words


class IntegrationIn(InputModel):
    """What the fund still needs of a dispensed booking."""

    booking_id: UUID
    text: Words
    papers: Annotated[list[PaperKind], Field(max_length=10)] = Field(default_factory=list)


class DefectIn(InputModel):
    """What is wrong: in what was imported (say which `foreign_id`), or in the portal."""

    about: Annotated[
        Literal["imported_data", "portal"],
        Field(description="`imported_data`: a booking of the system before is wrong or missing; `portal`: a defect"),
    ]
    text: Words
    booking_id: Annotated[UUID | None, Field(description="The booking, where it is about one")] = None
    foreign_id: Annotated[
        str | None, Field(min_length=1, max_length=60, description="The number of an imported booking")
    ] = None


class NameIn(InputModel):
    """The new company name and the day from which it holds."""

    new_name: Short
    effective_on: date
    text: Words


class TariffLineIn(InputModel):
    """The proposed price of a service."""

    service_code: Short
    price_cents: Cents


class TariffIn(InputModel):
    """Prices from a future day on; bookings made before keep theirs."""

    effective_on: date
    lines: Annotated[list[TariffLineIn], Field(min_length=1, max_length=500)]
    text: Words


class StepIn(InputModel):
    """Where the matter goes (one of its `next`), with words, and with what this step needs.

    `effective_on` and `lines` for another offer on tariffs, `granted_cents` for a proposed increase of a review
    (another person of the fund then takes it to `increased`), `new_code` for the
    position of a new name.
    """

    to: Annotated[str, Field(pattern="^[a-z]+$", max_length=20)]
    text: Words
    effective_on: date | None = None
    lines: Annotated[tuple[TariffLineIn, ...] | None, Field(max_length=500)] = None
    granted_cents: Cents | None = None
    new_code: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$")] | None = None


class StepOut(BaseModel):
    """One step, kept for ever."""

    at: datetime
    by: Side
    state: str
    text: str
    facts: dict[str, JsonValue]


class MatterOut(BaseModel):
    """A matter with its steps; `next` says where it can go and who takes it there.

    `state` begins as `open`. A review is `confirmed` (what was settled stands) or `proposed`, then `counting`, then
    `increased` (the difference is paid) or `open` again; an integration is `answered` by the facility and `closed` by
    the fund; a defect is `answered` by the fund, and `closed` or `open` again by the facility; a name is `accepted` or
    `refused`; tariffs are `countered`, `accepted` or `refused`; what the facility has
    opened it may take to `withdrawn`. `facts` by kind: review `asked_cents`, `settled_cents`, `granted_cents`;
    integration `papers`; defect `about`, `foreign_id`;
    name `new_name`, `effective_on`, `new_facility_id`; tariff `effective_on`, `lines`.
    """

    matter_id: UUID
    kind: MatterKind
    facility_id: UUID
    booking_id: UUID | None
    state: str
    facts: dict[str, JsonValue]
    opened_at: datetime
    changed_at: datetime
    next: dict[str, Side]
    steps: list[StepOut]


@dataclass(frozen=True, slots=True)
class _Resource:
    path: str
    kind: MatterKind
    singular: str
    plural: str


REVIEWS = _Resource("review-requests", MatterKind.REVIEW, "review_request", "review_requests")
INTEGRATIONS = _Resource("integration-requests", MatterKind.INTEGRATION, "integration_request", "integration_requests")
NAMES = _Resource("facility-requests", MatterKind.COMPANY_NAME, "facility_request", "facility_requests")
DEFECTS = _Resource("defect-reports", MatterKind.DEFECT, "defect_report", "defect_reports")
TARIFFS = _Resource("tariff-proposals", MatterKind.TARIFF, "tariff_proposal", "tariff_proposals")

State = Annotated[str | None, Query(pattern="^[a-z]+$", max_length=20, description="Only those in this state")]
OfBooking = Annotated[UUID | None, Query(description="Only those about this booking")]


def matters_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["facility desk"])
    _add_openings(router, services)
    _add_proposals(router, services)
    for resource in (REVIEWS, INTEGRATIONS, NAMES, TARIFFS, DEFECTS):
        _add_reading(router, services, resource)
    return router


def _add_openings(router: APIRouter, services: Services) -> None:
    @router.post("/review-requests", name="ask_review", response_model=MatterOut, status_code=201)
    async def review(request: Request, caller: FacilityDesk, key: IdempotencyKey, body: ReviewIn) -> Response:
        """Ask for the review of what was settled at zero or in part; one review of a booking is open at a time.

        409 `booking_transition_forbidden` before the booking is `closed`, 409 `review_forbidden` when nothing is left
        to review or a review is open, 422 `matter_facts_invalid` when more is asked than the price.
        """
        return await _command(
            request,
            services,
            caller,
            key,
            body,
            lambda tx: keep_matters.ask_review(
                tx,
                booking_id=body.booking_id,
                viewer=viewer_of(caller),
                asked_cents=body.asked_cents,
                reason=body.text,
            ),
        )

    @router.post("/integration-requests", name="ask_integration", response_model=MatterOut, status_code=201)
    async def integration(request: Request, caller: Operator, key: IdempotencyKey, body: IntegrationIn) -> Response:
        """Ask a facility for another paper of a dispensed booking; the facility answers with a step to `answered`."""
        return await _command(
            request,
            services,
            caller,
            key,
            body,
            lambda tx: keep_matters.ask_integration(
                tx, booking_id=body.booking_id, text=body.text, papers=[str(kind) for kind in body.papers]
            ),
        )


def _add_proposals(router: APIRouter, services: Services) -> None:
    @router.post("/defect-reports", name="report_defect", response_model=MatterOut, status_code=201)
    async def defect(request: Request, caller: FacilityDesk, key: IdempotencyKey, body: DefectIn) -> Response:
        """Report a defect of the portal, or imported data that are wrong or missing; the fund answers in a step."""
        return await _command(
            request,
            services,
            caller,
            key,
            body,
            lambda tx: keep_matters.report_defect(
                tx, viewer=viewer_of(caller), facility_id=facility_of(caller), **body.model_dump()
            ),
        )

    @router.post("/facility-requests", name="ask_name_change", response_model=MatterOut, status_code=201)
    async def name_change(request: Request, caller: FacilityDesk, key: IdempotencyKey, body: NameIn) -> Response:
        """Tell the fund of another company name: it makes a new position, the old one keeps its bookings."""
        return await _command(
            request,
            services,
            caller,
            key,
            body,
            lambda tx: keep_matters.ask_name_change(
                tx, facility_id=facility_of(caller), active=True, **body.model_dump()
            ),
        )

    @router.post("/tariff-proposals", name="propose_tariff", response_model=MatterOut, status_code=201)
    async def tariff(request: Request, caller: FacilityDesk, key: IdempotencyKey, body: TariffIn) -> Response:
        """Propose tariffs from a future day on; the fund accepts, refuses or makes a counter-offer."""
        return await _command(
            request,
            services,
            caller,
            key,
            body,
            lambda tx: keep_matters.propose_tariff(
                tx,
                facility_id=facility_of(caller),
                lines=[TariffLine(**line.model_dump()) for line in body.lines],
                effective_on=body.effective_on,
                text=body.text,
                terms=services.terms_of(tx.fund),
            ),
        )


def _add_reading(router: APIRouter, services: Services, resource: _Resource) -> None:
    @router.get(f"/{resource.path}", name=f"list_{resource.plural}", response_model=Page[MatterOut])
    async def list_(
        request: Request,
        caller: SlotKeeper,
        state: State = None,
        booking_id: OfBooking = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List them, newest first: a facility's own, or the fund's for its staff."""
        position = services.cursors.read(cursor)
        after = UUID(position[0]) if position else None
        owner = caller.owner_facility_id
        wanted = MatterFilter(resource.kind, owner, booking_id, state, after, limit + 1)

        async def work(tx: BookingsTransaction) -> Page[MatterOut]:
            found = await tx.matters.page(wanted)
            shown = found[:limit]
            steps = await tx.matters.steps([one.matter_id for one in shown])
            next_cursor = services.cursors.write([shown[-1].matter_id]) if len(found) > limit else None
            return Page(items=[_out(one, steps[one.matter_id]) for one in shown], next_cursor=next_cursor)

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.post(f"/{resource.path}/{{matter_id}}/steps", name=f"step_{resource.singular}", response_model=MatterOut)
    async def step(
        request: Request, caller: SlotKeeper, matter_id: UUID, key: IdempotencyKey, body: StepIn
    ) -> Response:
        """Take it further: `to` is one of its `next` that is your side's (facility or fund).

        409 `matter_move_forbidden` names `state` and what is `allowed` to your side.
        """
        facts = body.model_dump(mode="json", exclude={"to", "text"}, exclude_none=True)
        return await _command(
            request,
            services,
            caller,
            key,
            body,
            lambda tx: keep_matters.step_matter(
                tx,
                matter_id=matter_id,
                kind=resource.kind,
                facility_id=caller.owner_facility_id,
                to=body.to,
                text=body.text,
                facts=facts,
                terms=services.terms_of(tx.fund),
            ),
            status=200,
        )


async def _command(  # noqa: PLR0913 (one argument a part of the command)
    request: Request,
    services: Services,
    caller: Caller,
    key: str,
    body: BaseModel,
    work: Callable[[BookingsTransaction], Awaitable[Matter]],
    *,
    status: int = 201,
) -> Response:
    async def shown(tx: BookingsTransaction) -> Any:
        matter = await work(tx)
        return _out(matter, (await tx.matters.steps([matter.matter_id]))[matter.matter_id])

    return await run_command(request, caller, uow=services.uow, work=shown, body=body, key=key, status=status)


def _out(matter: Matter, steps: list[MatterStep]) -> MatterOut:
    shown = [StepOut(at=one.at, by=one.by, state=one.state, text=one.text, facts=dict(one.facts)) for one in steps]
    return MatterOut(
        matter_id=matter.matter_id,
        kind=matter.kind,
        facility_id=matter.facility_id,
        booking_id=matter.booking_id,
        state=matter.state,
        facts=dict(matter.facts),
        opened_at=matter.opened_at,
        changed_at=matter.changed_at,
        next=dict(matter.next_states),
        steps=shown,
    )
