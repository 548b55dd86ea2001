"""The floor of `claim_intake.py`: the same rows by a bare endpoint, one transaction, nothing checked."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

import asyncpg
from fastapi import FastAPI, Header
from pydantic import BaseModel

_ACTOR = "operator:bench"
_EVENT = '{"claim_id": "%s", "note": "' + "x" * 900 + '"}'


class Consents(BaseModel):
    """The body of a submission."""

    consents: dict[str, bool]


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.pool = await asyncpg.create_pool(os.environ["FLOOR_DSN"], min_size=8, max_size=16)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=_lifespan)


@app.post("/v1/cases/{case_id}/submit")
async def submit(case_id: UUID, body: Consents, idempotency_key: Annotated[str, Header()]) -> dict[str, str]:
    """Write what a submission writes."""
    now = datetime.now(UTC)
    async with app.state.pool.acquire() as conn, conn.transaction():
        await conn.execute("select set_config('app.fund', 'fnm', true)")
        await conn.execute(
            "insert into claims.idempotency_key (fund, actor, route, key, input_hash, status, body, created_at) "
            "values ('fnm', $1, 'floor', $2, '\\x00', 200, '\\x00', $3)",
            _ACTOR, idempotency_key, now,
        )  # fmt: skip
        member_id = await conn.fetchval(
            "update claims.claim_case set state = 'submitted', submitted_at = $2, received_on = $3 where case_id = $1 "
            "returning member_id",
            case_id, now, now.date(),
        )  # fmt: skip
        claim_id = await conn.fetchval(
            "update claims.claim set state = 'submitted', revision = 1, received_on = $2 where case_id = $1 "
            "returning claim_id",
            case_id, now.date(),
        )  # fmt: skip
        await conn.executemany(
            "insert into claims.consent (case_id, member_id, fund, kind, version, given_at, given_by) "
            "values ($1, $2, 'fnm', $3, 'bench', $4, $5)",
            [(case_id, member_id, kind, now, _ACTOR) for kind in body.consents],
        )
        await conn.execute(
            "insert into claims.claim_state_change (fund, claim_id, from_state, to_state, at, actor) "
            "values ('fnm', $1, 'draft', 'submitted', $2, $3)",
            claim_id, now, _ACTOR,
        )  # fmt: skip
        await conn.execute(
            "insert into claims.audit_entry (fund, at, actor, action, entity, entity_id, details) "
            "values ('fnm', $1, $2, 'case_submitted', 'case', $3, '{}')",
            now, _ACTOR, str(case_id),
        )  # fmt: skip
        await conn.execute(
            "insert into claims.outbox (id, type, source, subject, time, fund, data) "
            "values ($1, 'claims.bench_floor.v1', 'claims', $2, $3, 'fnm', $4)",
            uuid4(), str(claim_id), now, _EVENT % claim_id,
        )  # fmt: skip
    return {"case_id": str(case_id), "state": "submitted"}
