"""Requests, persons and events for the tests."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from kit.context import Context
from kit.events import Envelope
from kit.inbox import Inbox
from rules_svc.adapters.plan_draft import FileDraft
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.bootstrap import Services
from rules_svc.domain.request import Beneficiary, Facts, Member, Request
from rules_svc.entrypoints.consumers import CONSUMED
from rules_svc.use_cases.publish_plan import publish_plan

MEMBER = {
    "category": "employee",
    "enrolled_on": "2010-03-01",
    "hired_on": "2010-01-11",
    "left_on": None,
    "birth_date": "1975-06-15",
}


def facts(relation: str = "member", birth_date: date = date(1975, 6, 15), **person: Any) -> Facts:
    """Return an employee's request facts; others of the family are dependent unless told otherwise."""
    member = Member("employee", date(2010, 3, 1), date(1975, 6, 15), date(2010, 1, 11))
    dependent = None if relation == "member" else True
    return Facts(member, Beneficiary(relation, birth_date, **({"fiscally_dependent": dependent} | person)))


def visit(amount_cents: int = 10_000, **changes: Any) -> Request:
    """Return a cardiologist's visit in indirect mode."""
    usual: dict[str, Any] = {
        "mode": "indirect",
        "article": "3.6",
        "expense_date": date(2024, 3, 11),
        "received_on": date(2024, 4, 2),
        "provider_kind": "specialist",
        "provider_specialty": "cardiologia",
        "service": "visita specialistica",
        "documents": frozenset({"invoice"}),
    }
    return Request(amount_cents=amount_cents, **(usual | changes))


def request_data(article: str = "3.6", amount_cents: int = 15_000, **changes: Any) -> dict[str, Any]:
    """Return the request of an event."""
    glasses = article == "3.8"
    return {
        "mode": "indirect",
        "article": article,
        "expense_date": "2026-10-12",
        "received_on": "2026-11-02",
        "channel": "portal",
        "amount_cents": amount_cents,
        "currency": "EUR",
        "quantity": 1,
        "items": [],
        "ssn_ticket": False,
        "stamp_duty_cents": 0,
        "other_fund_refund_cents": 0,
        "provider": {"kind": "optician" if glasses else "specialist", "specialty": None if glasses else "cardiologia"},
        "service": "occhiale completo" if glasses else "visita cardiologica",
        "documents": ["invoice", "prescription"] if glasses else ["invoice"],
        "extra": {},
    } | changes


def beneficiary(person_id: UUID, relation: str = "member", birth_date: str = "1975-06-15") -> dict[str, Any]:
    """Return the beneficiary of an event."""
    return {
        "person_id": str(person_id),
        "relation": relation,
        "birth_date": birth_date,
        "disabled_104": False,
        "fiscally_dependent": None if relation == "member" else True,
    }


class Desk:
    """Gives events to the service as its bus would, and looks into its tables."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.inbox = Inbox(uow=services.uow, consumers=CONSUMED, clock=services.clock)

    def context(self) -> Context:
        return Context(fund="fnm", actor="system:test", now=self.services.clock.now())

    async def publish(self, source: PlanSource) -> bool:
        async with self.services.uow.begin(self.context()) as tx:
            return await publish_plan(tx, draft=FileDraft(source))

    def event(self, kind: str, subject: UUID, data: dict[str, Any], event_id: UUID | None = None) -> Envelope:
        source = kind.partition(".")[0]
        now = self.services.clock.now()
        return Envelope(event_id or uuid4(), kind, source, str(subject), now, "fnm", None, data)

    def claim(
        self, claim_id: UUID, person_id: UUID, *, revision: int = 1, relation: str = "member", **request: Any
    ) -> Envelope:
        data = {
            "claim_id": str(claim_id),
            "case_id": str(uuid4()),
            "case_number": "2026-000001",
            "revision": revision,
            "member_id": str(person_id),
            "member": MEMBER,
            "beneficiary": beneficiary(person_id, relation),
            "request": request_data(**request),
        }
        return self.event("claims.claim_submitted.v1", claim_id, data)

    def booking(self, booking_id: UUID, person_id: UUID, *, revision: int = 1, **request: Any) -> Envelope:
        data = {
            "booking_id": str(booking_id),
            "revision": revision,
            "member_id": str(person_id),
            "member": MEMBER,
            "beneficiary": beneficiary(person_id),
            "request": request_data(**({"mode": "direct", "article": "3.8"} | request)),
        }
        return self.event("bookings.booking_requested.v1", booking_id, data)

    def granted(self, claim_id: UUID, payable_cents: int, *, revision: int = 1, outcome: str = "pay") -> Envelope:
        data = {
            "review_id": str(uuid4()),
            "claim_id": str(claim_id),
            "revision": revision,
            "outcome": outcome,
            "payable_cents": payable_cents,
        }
        return self.event("claims.claim_review_decided.v1", claim_id, data)

    def withdrawn(self, claim_id: UUID, *, revision: int = 1) -> Envelope:
        data = {"claim_id": str(claim_id), "revision": revision}
        return self.event("claims.claim_withdrawn.v1", claim_id, data)

    def increased(self, booking_id: UUID, delta_cents: int, matter_id: UUID | None = None) -> Envelope:
        data = {
            "matter_id": str(matter_id or uuid4()),
            "booking_id": str(booking_id),
            "granted_cents": 6_000 + delta_cents,
            "delta_cents": delta_cents,
        }
        return self.event("bookings.booking_review_granted.v1", booking_id, data)

    def instalment_due(self, claim_id: UUID, decision_id: str, number: int, due_on: str) -> Envelope:
        data = {
            "instalment_id": str(uuid4()),
            "claim_id": str(claim_id),
            "decision_id": decision_id,
            "number": number,
            "due_on": due_on,
        }
        return self.event("payouts.instalment_due.v1", claim_id, data)

    def booking_end(self, kind: str, booking_id: UUID) -> Envelope:
        return self.event(f"bookings.booking_{kind}.v1", booking_id, {"booking_id": str(booking_id)})

    def member_changed(self, member_id: UUID, person_ids: list[UUID], version: int = 1, **changes: Any) -> Envelope:
        relations = ["member", "spouse", "child"]
        persons = [beneficiary(one, relation) for one, relation in zip(person_ids, relations, strict=False)]
        data = MEMBER | {"member_id": str(member_id), "version": version, "persons": persons} | changes
        return self.event("claims.member_changed.v1", member_id, data)

    async def handle(self, *events: Envelope) -> None:
        await self.inbox.handle(list(events))

    async def rows(self, query: str, **values: Any) -> list[Any]:
        context = Context(fund="fnm", actor="system:test", now=self.services.clock.now())
        async with self.services.uow.begin(context) as tx:
            return list((await tx.conn.execute(text(query), values)).all())

    async def published(self, kind: str) -> list[dict[str, Any]]:
        return [row.data for row in await self.rows("select data from rules.outbox where type = :kind", kind=kind)]
