"""Checks of claims in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.check_tables import CHECK_UP_VISIT, SAMPLE_CHECK
from claims_api.adapters.constraints import refused_by
from claims_api.domain.check_errors import CheckUpOpen
from claims_api.domain.check_up import CheckUp, CheckUpOutcome, CheckUpState
from claims_api.domain.claim_check import CheckKind, ClosedCheck
from claims_api.domain.sampling import DrawnSample, SampleResult
from claims_api.use_cases.check_ports import CheckUpFilter
from kit.context import Context

_ALL = select(*(column for column in CHECK_UP_VISIT.c if column.name != "fund")).order_by(CHECK_UP_VISIT.c.visit_id)
_ONE = _ALL.where(CHECK_UP_VISIT.c.visit_id == bindparam("visit_id"))
_OF_CASE = _ALL.where(CHECK_UP_VISIT.c.case_id == bindparam("case_id"))
_PUT = update(CHECK_UP_VISIT).where(CHECK_UP_VISIT.c.visit_id == bindparam("of_visit"))
_RECORDED = ("state", "outcome", "note", "recorded_by", "recorded_at", "second_by", "second_at")
_WAITING_SAMPLE = select(SAMPLE_CHECK.c.rule, SAMPLE_CHECK.c.proposed_by).where(
    SAMPLE_CHECK.c.claim_id == bindparam("claim_id"),
    SAMPLE_CHECK.c.result.is_(None),
    SAMPLE_CHECK.c.closed_at.is_(None),
)
_PUT_SAMPLE = update(SAMPLE_CHECK).where(SAMPLE_CHECK.c.claim_id == bindparam("of_claim"))
_CLOSE = text("""
    with samples as (
      update claims.sample_check set closed_at = :at
      where claim_id = :claim_id and closed_at is null and result is not null
      returning claim_id as check_id, 'sampling' as kind, rule as reason, result
    ), visits as (
      update claims.check_up_visit set closed_at = :at
      where claim_id = :claim_id and closed_at is null and state not in ('ordered', 'proposed')
      returning visit_id as check_id, 'check_up_visit' as kind, 'check_up_visit' as reason, state as result
    )
    select * from samples union all select * from visits
""")
_DROP = text("""
    with samples as (
      update claims.sample_check set closed_at = :at where claim_id = :claim_id and closed_at is null
      returning claim_id as check_id, 'sampling' as kind, rule as reason, coalesce(result, 'withdrawn') as result
    ), visits as (
      update claims.check_up_visit
      set closed_at = :at,
          outcome = case when state in ('ordered', 'proposed') then 'waived' else outcome end,
          recorded_by = case when state in ('ordered', 'proposed') then :by else recorded_by end,
          recorded_at = case when state in ('ordered', 'proposed') then :at else recorded_at end,
          state = case when state in ('ordered', 'proposed') then 'waived' else state end
      where claim_id = :claim_id and closed_at is null
      returning visit_id as check_id, 'check_up_visit' as kind, 'check_up_visit' as reason, state as result
    )
    select * from samples union all select * from visits
""")


def _visit(row: Mapping[str, Any]) -> CheckUp:
    outcome = CheckUpOutcome(row["outcome"]) if row["outcome"] else None
    return CheckUp(**{**row, "state": CheckUpState(row["state"]), "outcome": outcome})


class PostgresCheckStore:
    """The port CheckStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def add(self, visit: CheckUp) -> None:
        with refused_by("check_up_visit_waiting", CheckUpOpen("A visit on this claim is ordered already.")):
            await self._conn.execute(insert(CHECK_UP_VISIT).values(asdict(visit) | {"fund": self._context.fund}))

    async def find(self, visit_id: UUID) -> CheckUp | None:
        row = (await self._conn.execute(_ONE, {"visit_id": visit_id})).mappings().one_or_none()
        return _visit(dict(row)) if row else None

    async def put(self, visit: CheckUp) -> None:
        changed = {name: getattr(visit, name) for name in _RECORDED}
        await self._conn.execute(_PUT.values(changed), {"of_visit": visit.visit_id})

    async def page(self, wanted: CheckUpFilter) -> list[CheckUp]:
        statement = _ALL.limit(wanted.limit)
        if wanted.member_id is not None:
            statement = statement.where(CHECK_UP_VISIT.c.member_id == wanted.member_id)
        if wanted.claim_id is not None:
            statement = statement.where(CHECK_UP_VISIT.c.claim_id == wanted.claim_id)
        if wanted.state is not None:
            statement = statement.where(CHECK_UP_VISIT.c.state == wanted.state)
        if wanted.due_before is not None:
            statement = statement.where(CHECK_UP_VISIT.c.due_on < wanted.due_before)
        if wanted.after is not None:
            statement = statement.where(CHECK_UP_VISIT.c.visit_id > wanted.after)
        return [_visit(dict(row)) for row in (await self._conn.execute(statement)).mappings()]

    async def of_case(self, case_id: UUID) -> list[CheckUp]:
        return [_visit(dict(row)) for row in (await self._conn.execute(_OF_CASE, {"case_id": case_id})).mappings()]

    async def waiting_sample(self, claim_id: UUID) -> DrawnSample | None:
        row = (await self._conn.execute(_WAITING_SAMPLE, {"claim_id": claim_id})).one_or_none()
        return DrawnSample(row.rule, row.proposed_by) if row else None

    async def propose_result(self, claim_id: UUID, *, by: str, note: str | None) -> None:
        await self._conn.execute(_PUT_SAMPLE.values(proposed_by=by, note=note), {"of_claim": claim_id})

    async def put_result(self, claim_id: UUID, *, result: SampleResult, note: str | None, by: str) -> None:
        changed = {"result": result, "note": note, "checked_by": by, "checked_at": self._context.now}
        await self._conn.execute(_PUT_SAMPLE.values(changed), {"of_claim": claim_id})

    async def close(self, claim_id: UUID, *, at: datetime) -> list[ClosedCheck]:
        rows = (await self._conn.execute(_CLOSE, {"claim_id": claim_id, "at": at})).mappings()
        return [ClosedCheck(**{**row, "kind": CheckKind(row["kind"])}) for row in rows]

    async def drop(self, claim_id: UUID, *, by: str, at: datetime) -> list[ClosedCheck]:
        rows = (await self._conn.execute(_DROP, {"claim_id": claim_id, "at": at, "by": by})).mappings()
        return [ClosedCheck(**{**row, "kind": CheckKind(row["kind"])}) for row in rows]
