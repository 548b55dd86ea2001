"""Published plan versions in the database, compiled once per process."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_draft import FileDraft
from rules_svc.adapters.plan_reader import PlanSource, plan_from_content
from rules_svc.adapters.tables import EVIDENCE_ON_FILE, PLAN_VERSION
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import OnFile
from rules_svc.use_cases.ports import PlanDraft

# Content never changes under a hash, so a compiled plan is good for the life of the process.
_COMPILED: dict[str, Plan] = {}
_SOURCES: dict[str, PlanSource] = {}

_T = PLAN_VERSION.c
_E = EVIDENCE_ON_FILE.c


def _covers(day: ColumnElement[date]) -> ColumnElement[bool]:
    return (_T.effective_from <= day) & or_(_T.effective_to.is_(None), day < _T.effective_to)


_ON_FILE = (
    select(func.jsonb_agg(func.jsonb_build_array(_E.article, _E.document, _E.issued_on)))
    .where(_E.person_id == bindparam("person_id"))
    .scalar_subquery()
)
_IN_FORCE = (
    select(_T.hash, _ON_FILE.label("on_file"))
    .where(_T.fund == bindparam("fund"), _covers(bindparam("day")))
    .order_by(_T.effective_from.desc())
    .limit(1)
)
_CONTENT = select(_T.content).where(_T.hash == bindparam("hash")).limit(1)
_ALL = (
    select(_T.plan_id, _T.version, _T.hash, _T.effective_from, _T.effective_to, _T.published_at)
    .where(_T.fund == bindparam("fund"))
    .order_by(_T.plan_id, _T.effective_from.desc())
)
_OF_PLAN = (_T.fund == bindparam("fund"), _T.plan_id == bindparam("plan_id"))
_HASH = select(_T.hash).where(*_OF_PLAN, _T.version == bindparam("version"))
_NEWEST = select(_T.hash).where(*_OF_PLAN).order_by(_T.effective_from.desc()).limit(1)


class PostgresPlanStore:
    """Plan versions of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def in_force(self, day: date, person_id: UUID | None) -> tuple[Plan | None, tuple[OnFile, ...]]:
        """Return the version that covers a day, and what is on file for a person, in one statement."""
        values = {"fund": self._fund, "day": day, "person_id": person_id}
        row = (await self._conn.execute(_IN_FORCE, values)).one_or_none()
        if row is None:
            return None, ()
        on_file = tuple(OnFile(a, d, date.fromisoformat(issued)) for a, d, issued in row.on_file or ())
        return await self.compiled(row.hash), on_file

    async def compiled(self, digest: str) -> Plan:
        """Return the plan of a hash."""
        plan = _COMPILED.get(digest)
        if plan is None:
            plan = _COMPILED[digest] = compile_plan(await self.source(digest))
        return plan

    async def source(self, digest: str) -> PlanSource:
        """Return the checked content of a hash."""
        source = _SOURCES.get(digest)
        if source is None:
            content = (await self._conn.execute(_CONTENT, {"hash": digest})).scalar_one()
            source = _SOURCES[digest] = plan_from_content(content)
        return source

    async def versions(self) -> list[Mapping[str, Any]]:
        """List the published versions, the newest first."""
        rows = await self._conn.execute(_ALL, {"fund": self._fund})
        return [dict(row._mapping) for row in rows]  # noqa: SLF001 (public API of SQLAlchemy)

    async def published_hash(self, plan_id: str, version: str) -> str | None:
        """Return the hash of a published version."""
        values = {"fund": self._fund, "plan_id": plan_id, "version": version}
        found: str | None = (await self._conn.execute(_HASH, values)).scalar()
        return found

    async def newest(self, plan_id: str) -> FileDraft | None:
        """Return the newest published version of a plan."""
        digest = (await self._conn.execute(_NEWEST, {"fund": self._fund, "plan_id": plan_id})).scalar()
        return None if digest is None else FileDraft(await self.source(digest))

    async def add(self, draft: PlanDraft) -> None:
        """Publish a version."""
        if not isinstance(draft, FileDraft):
            raise TypeError("this store keeps plans that come from plan files")
        plan = draft.source.file.plan
        row = {
            "fund": plan.fund,
            "plan_id": plan.id,
            "version": plan.version,
            "hash": draft.hash,
            "effective_from": plan.effective_from,
            "effective_to": plan.effective_to,
            "content": draft.source.content,
            "published_at": self._now,
        }
        await self._conn.execute(insert(PLAN_VERSION), row)
