"""What the ops team sees and does in every service: the outbox's depth and the parked events."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel
from sqlalchemy import delete, func, select, update

from kit.auth import Access, Caller
from kit.commands import run_command, run_query
from kit.errors import NotFound
from kit.transaction import Transaction, UnitOfWork

Ops = Annotated[Caller, Depends(Access("ops"))]
LIST_LIMIT = 200


class ParkedEventNotFound(NotFound):
    """No parked event has this id."""

    code = "parked_event_not_found"


class ParkedEvent(BaseModel):
    """An event that could not be applied, without its data."""

    id: UUID
    type: str
    subject: str
    error: str
    parked_at: datetime
    released_at: datetime | None


class OperationsStatus(BaseModel):
    """How far the service's events are."""

    service: str
    outbox_waiting: int
    parked: list[ParkedEvent]


class ParkedEventChange(BaseModel):
    """What was done with a parked event."""

    id: UUID
    done: str


def operations_router(service: str, uow: UnitOfWork[Any]) -> APIRouter:
    """Make the operations routes of one service."""
    router = APIRouter(prefix=f"/v1/operations/{service}", tags=["operations"])

    @router.get("/status", name=f"{service}_operations_status", response_model=OperationsStatus)
    async def status(request: Request, caller: Ops) -> Response:
        """Show how many events wait for the bus and which ones are parked (the first 200)."""
        return await run_query(request, caller, uow=uow, work=lambda tx: _status(service, tx))

    path = "/parked-events/{event_id}"

    @router.post(f"{path}/release", name=f"{service}_release_parked_event", response_model=ParkedEventChange)
    async def release(request: Request, caller: Ops, event_id: UUID) -> Response:
        """Let the worker try a parked event, and those behind it, again."""
        return await run_command(request, caller, uow=uow, work=lambda tx: _release(tx, event_id))

    @router.post(f"{path}/drop", name=f"{service}_drop_parked_event", response_model=ParkedEventChange)
    async def drop(request: Request, caller: Ops, event_id: UUID) -> Response:
        """Give up a parked event for good; the audit keeps that it was dropped."""
        return await run_command(request, caller, uow=uow, work=lambda tx: _drop(tx, event_id))

    return router


async def _status(service: str, tx: Transaction) -> OperationsStatus:
    parked = tx.tables.parked_event
    waiting = (await tx.conn.execute(select(func.count()).select_from(tx.tables.outbox))).scalar_one()
    columns = [parked.c[name] for name in ParkedEvent.model_fields]
    rows = await tx.conn.execute(select(*columns).order_by(parked.c.seq).limit(LIST_LIMIT))
    found = [ParkedEvent.model_validate(row._asdict()) for row in rows]
    return OperationsStatus(service=service, outbox_waiting=waiting, parked=found)


async def _release(tx: Transaction, event_id: UUID) -> ParkedEventChange:
    parked = tx.tables.parked_event
    subject = select(parked.c.subject).where(parked.c.id == event_id).scalar_subquery()
    statement = update(parked).where(parked.c.subject == subject).values(released_at=tx.now).returning(parked.c.id)
    if not (await tx.conn.execute(statement)).all():
        raise ParkedEventNotFound("no such parked event")
    tx.audit("parked_event_released", entity="parked_event", entity_id=event_id)
    return ParkedEventChange(id=event_id, done="released")


async def _drop(tx: Transaction, event_id: UUID) -> ParkedEventChange:
    parked = tx.tables.parked_event
    statement = delete(parked).where(parked.c.id == event_id).returning(parked.c.type, parked.c.subject)
    row = (await tx.conn.execute(statement)).one_or_none()
    if row is None:
        raise ParkedEventNotFound("no such parked event")
    tx.audit("parked_event_dropped", entity="parked_event", entity_id=event_id, type=row.type, subject=row.subject)
    return ParkedEventChange(id=event_id, done="dropped")
