"""Run one use case for one request: transaction, idempotency, answer; the commit comes before the answer."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import Header, Request, Response
from pydantic import BaseModel

from kit.auth import Principal
from kit.context import Context
from kit.errors import Conflict, InvalidInput
from kit.inbox import is_infrastructure
from kit.transaction import StoredAnswer, Transaction, UnitOfWork

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
_TAKE = (
    "insert into {0} (fund, actor, route, key, input_hash, created_at) values ($1, $2, $3, $4, $5, $6) "
    "on conflict do nothing returning true"
)
_READ = "select input_hash, status, location, body from {0} where fund = $1 and actor = $2 and route = $3 and key = $4"


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
    """Answer a read; its audit rows commit with it, and who has the same answer already gets 304."""
    async with uow.begin(request_context(request, principal)) as tx:
        result = await work(tx)
    return answer_read(request, result)


def answer_read(request: Request, result: BaseModel) -> Response:
    """Answer with what was read, or with 304 when the caller says that it has the very same."""
    body = result.model_dump_json().encode()
    if request.method != "GET":
        return Response(body, media_type=JSON)
    # Weak: the same facts, which may be written otherwise by the next release.
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    if tag in known:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type=JSON, headers={"ETag": tag})


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
                    tx.answer(_stored(tx, request, key, response))
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
    table = f'"{tx.tables.idempotency_key.schema}".idempotency_key'
    named = (tx.fund, tx.context.actor, _route(request), key)
    taken = await tx.conn.exec_driver_sql(_TAKE.format(table), (*named, digest, tx.now))
    if taken.scalar() is not None:
        return None
    stored = (await tx.conn.exec_driver_sql(_READ.format(table), named)).one()
    if stored.input_hash != digest:
        raise IdempotencyKeyReused("this Idempotency-Key was used with another body: take a new key")
    if stored.status is None:
        raise IdempotentRequestRunning("the first request with this Idempotency-Key left no answer")
    headers = {"Idempotency-Replayed": "true"} | ({"Location": stored.location} if stored.location else {})
    return Response(stored.body, status_code=stored.status, media_type=JSON, headers=headers)


def _stored(tx: Transaction, request: Request, key: str, response: Response) -> StoredAnswer:
    return StoredAnswer(
        status=response.status_code,
        location=response.headers.get("location"),
        body=bytes(response.body),
        fund=tx.fund,
        actor=tx.context.actor,
        route=_route(request),
        key=key,
    )
