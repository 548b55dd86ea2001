"""Run one use case for one request: transaction, idempotency, answer; the commit comes before the answer."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql

from kit.auth import Principal
from kit.context import Context
from kit.errors import Conflict, InvalidInput
from kit.inbox import is_infrastructure
from kit.transaction import Transaction, UnitOfWork

T = TypeVar("T", bound=Transaction)

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        description="Your own unique key of this request: the same key and body give the same answer, once.",
    ),
]

TRIES = 3
JSON = "application/json"


class IdempotencyKeyReused(InvalidInput):
    """The same Idempotency-Key came with another body."""

    code = "idempotency_key_reused"


class IdempotentRequestRunning(Conflict):
    """The first request with this key has left no answer."""

    code = "idempotent_request_running"


def request_context(request: Request, principal: Principal) -> Context:
    """Return the circumstances of a request."""
    return Context(
        fund=principal.fund,
        actor=principal.actor,
        now=request.app.state.clock.now(),
        request_id=request.state.request_id,
        traceparent=request.state.traceparent,
    )


async def run_query(
    request: Request,
    principal: Principal,
    *,
    uow: UnitOfWork[T],
    work: Callable[[T], Awaitable[BaseModel]],
) -> Response:
    """Answer a read; its audit rows commit with it."""
    async with uow.begin(request_context(request, principal)) as tx:
        result = await work(tx)
    return Response(result.model_dump_json(), media_type=JSON)


async def run_command(  # noqa: PLR0913 (one argument a part of the answer)
    request: Request,
    principal: Principal,
    *,
    uow: UnitOfWork[T],
    work: Callable[[T], Awaitable[BaseModel]],
    body: BaseModel | bytes | None = None,
    key: str | None = None,
    status: int = 200,
    location: Callable[[Any], str] | None = None,
) -> Response:
    """Do a change once: the key, the effect and the stored answer are one transaction.

    Shapes: `work` returns the response model; `location` makes the Location header from it.
    Raises: IdempotencyKeyReused when the key came before with another body.
    """
    context = request_context(request, principal)
    for attempt in range(TRIES):
        try:
            async with uow.begin(context) as tx:
                if key is not None:
                    replay = await _claim_key(tx, request, key, _digest(body))
                    if replay is not None:
                        return replay
                result = await work(tx)
                response = _response(result, status, location(result) if location else None)
                if key is not None:
                    await _store_answer(tx, request, key, response)
        except Exception as error:
            # A lost race (deadlock, serialization) changed nothing: the same work is simply done again.
            if attempt == TRIES - 1 or not is_infrastructure(error):
                raise
        else:
            return response
    raise AssertionError("unreachable")


def _response(result: BaseModel, status: int, location: str | None) -> Response:
    headers = {"Location": location} if location else {}
    return Response(result.model_dump_json(), status_code=status, media_type=JSON, headers=headers)


def _digest(body: BaseModel | bytes | None) -> bytes:
    raw = body.model_dump_json().encode() if isinstance(body, BaseModel) else body or b""
    return hashlib.sha256(raw).digest()


def _route(request: Request) -> str:
    return f"{request.method} {request.url.path}"


async def _claim_key(tx: Transaction, request: Request, key: str, digest: bytes) -> Response | None:
    """Take the key for this transaction, or return the answer that it had (a second request waits for the first)."""
    table = tx.tables.idempotency_key
    row = {
        "fund": tx.fund,
        "actor": tx.context.actor,
        "route": _route(request),
        "key": key,
        "input_hash": digest,
        "created_at": tx.now,
    }
    statement = postgresql.insert(table).values(row).on_conflict_do_nothing().returning(table.c.key)
    if (await tx.conn.execute(statement)).scalar() is not None:
        return None
    same = [table.c[name] == row[name] for name in ("fund", "actor", "route", "key")]
    stored = (await tx.conn.execute(select(table).where(*same))).one()
    if stored.input_hash != digest:
        raise IdempotencyKeyReused("this Idempotency-Key was used with another body: take a new key")
    if stored.status is None:
        raise IdempotentRequestRunning("the first request with this Idempotency-Key left no answer")
    headers = {"Idempotency-Replayed": "true"} | ({"Location": stored.location} if stored.location else {})
    return Response(stored.body, status_code=stored.status, media_type=JSON, headers=headers)


async def _store_answer(tx: Transaction, request: Request, key: str, response: Response) -> None:
    table = tx.tables.idempotency_key
    statement = update(table).where(
        table.c.fund == tx.fund,
        table.c.actor == tx.context.actor,
        table.c.route == _route(request),
        table.c.key == key,
    )
    location = response.headers.get("location")
    await tx.conn.execute(statement.values(status=response.status_code, body=bytes(response.body), location=location))
