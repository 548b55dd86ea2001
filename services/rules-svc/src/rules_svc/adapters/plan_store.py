"""Published plan versions in the database, compiled once per process."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, case, cast, exists, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_draft import FileDraft
from rules_svc.adapters.plan_reader import PlanSource, plan_from_content
from rules_svc.adapters.tables import EVIDENCE_ON_FILE, LIMIT_BALANCE, PLAN_VERSION, PLAN_WITHDRAWAL
from rules_svc.domain.decision import Balance, Use
from rules_svc.domain.periods import Period
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import OnFile
from rules_svc.use_cases.office_ports import PublishedVersion
from rules_svc.use_cases.ports import PlanDraft, QuoteBasis

# Content never changes under a hash, so a compiled plan is good for the life of the process.
_COMPILED: dict[str, Plan] = {}
_SOURCES: dict[str, PlanSource] = {}

_T = PLAN_VERSION.c
_E = EVIDENCE_ON_FILE.c
_W = PLAN_WITHDRAWAL.c
_L = LIMIT_BALANCE.c


_ITS_END = (_W.fund == _T.fund) & (_W.plan_id == _T.plan_id) & (_W.version == _T.version)
_STANDS = ~exists().where(_ITS_END)


def _covers(day: ColumnElement[date]) -> ColumnElement[bool]:
    return (_T.effective_from <= day) & or_(_T.effective_to.is_(None), day < _T.effective_to)


_ON_FILE = (
    select(func.jsonb_agg(func.jsonb_build_array(_E.article, _E.document, _E.issued_on).distinct()))
    .where(_E.person_id == bindparam("person_id"))
    .scalar_subquery()
)
_TURN = case(
    (
        bindparam("turn", type_=Text).is_not(None),
        cast(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("turn", type_=Text), 0)), Text),
    )
)
_IN_FORCE = (
    select(_T.hash, _ON_FILE.label("on_file"), _TURN)
    .where(_T.fund == bindparam("fund"), _covers(bindparam("day")), _STANDS)
    .order_by(_T.effective_from.desc())
    .limit(1)
)
_TAKEN = (
    select(func.jsonb_agg(func.jsonb_build_array(_L.limit_id, _L.window_key, _L.consumed, _L.reserved, _L.uses)))
    .where(_L.person_id == bindparam("person_id"))
    .scalar_subquery()
)
_TIMETABLE = (
    select(_T.hash, _T.effective_from, _T.effective_to, _ON_FILE.label("on_file"), _TAKEN.label("taken"))
    .where(_T.fund == bindparam("fund"), _STANDS)
    .order_by(_T.effective_from.desc())
)
_CONTENT = select(_T.content, _T.source_text).where(_T.hash == bindparam("hash")).limit(1)
_ALL = (
    select(
        *(_T.plan_id, _T.version, _T.hash, _T.effective_from, _T.effective_to, _T.published_at),
        *(_W.withdrawn_at, _W.withdrawn_by, _W.reason.label("withdrawal_reason")),
    )
    .outerjoin_from(PLAN_VERSION, PLAN_WITHDRAWAL, _ITS_END)
    .where(_T.fund == bindparam("fund"))
    .order_by(_T.plan_id, _T.effective_from.desc())
)
_OF_PLAN = (_T.fund == bindparam("fund"), _T.plan_id == bindparam("plan_id"))
_HASH = select(_T.hash).where(*_OF_PLAN, _T.version == bindparam("version"))
_STARTING = select(_T.version).where(*_OF_PLAN, _T.effective_from == bindparam("day"), _STANDS)
_NEWEST = select(_T.hash).where(*_OF_PLAN, _STANDS).order_by(_T.effective_from.desc()).limit(1)

_TURN_OF_PLAN = text(
    "select pg_advisory_xact_lock(hashtextextended('plan:' || cast(:fund as text) || ':' || cast(:plan_id as text), 0))"
)


class PostgresPlanStore:
    """Plan versions of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def in_force(
        self, day: date, person_id: UUID | None, *, turn: str | None = None
    ) -> tuple[Plan | None, tuple[OnFile, ...]]:
        """Return the version that covers a day, and what is on file for a person, in one statement.

        With a `turn` the statement also waits for whoever decides on the same subject.
        """
        values = {"fund": self._fund, "day": day, "person_id": person_id, "turn": turn}
        row = (await self._conn.execute(_IN_FORCE, values)).one_or_none()
        if row is None:
            return None, ()
        return await self.compiled(row.hash), _on_file(row.on_file)

    async def quote_basis(self, days: Collection[date], person_id: UUID) -> QuoteBasis:
        """Return what the quotes of a person rest on, in one statement; nothing is locked."""
        rows = (await self._conn.execute(_TIMETABLE, {"fund": self._fund, "person_id": person_id})).all()
        plans = {}
        for day in days:
            covers = [r for r in rows if r.effective_from <= day and (r.effective_to is None or day < r.effective_to)]
            if covers:
                plans[day] = await self.compiled(covers[0].hash)
        if not rows:
            return QuoteBasis({}, (), {})
        return QuoteBasis(plans, _on_file(rows[0].on_file), _taken(rows[0].taken))

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
            row = (await self._conn.execute(_CONTENT, {"hash": digest})).one()
            source = _SOURCES[digest] = plan_from_content(row.content, row.source_text)
        return source

    async def versions(self) -> list[Mapping[str, Any]]:
        """List the published versions, the newest first, with the end of those that are withdrawn."""
        rows = await self._conn.execute(_ALL, {"fund": self._fund})
        return [dict(row._mapping) for row in rows]  # noqa: SLF001 (public API of SQLAlchemy)

    async def published_hash(self, plan_id: str, version: str) -> str | None:
        """Return the hash of a published version."""
        values = {"fund": self._fund, "plan_id": plan_id, "version": version}
        found: str | None = (await self._conn.execute(_HASH, values)).scalar()
        return found

    async def newest(self, plan_id: str) -> FileDraft | None:
        """Return the newest version of a plan that stands."""
        digest = (await self._conn.execute(_NEWEST, {"fund": self._fund, "plan_id": plan_id})).scalar()
        return None if digest is None else FileDraft(await self.source(digest))

    async def wait_turn(self, plan_id: str) -> None:
        """Wait for whoever publishes or withdraws a version of the plan."""
        await self._conn.execute(_TURN_OF_PLAN, {"fund": self._fund, "plan_id": plan_id})

    async def timetable(self, plan_id: str) -> list[PublishedVersion]:
        """Return every published version of a plan, the withdrawn ones too."""
        return [
            PublishedVersion(
                row["version"],
                row["hash"],
                Period(row["effective_from"], row["effective_to"]),
                row["withdrawn_at"] is not None,
            )
            for row in await self.versions()
            if row["plan_id"] == plan_id
        ]

    async def withdraw(self, plan_id: str, version: str, *, reason: str, withdrawn_by: str) -> None:
        """Write that a version is withdrawn."""
        row = {"fund": self._fund, "plan_id": plan_id, "version": version, "reason": reason}
        end = {"withdrawn_by": withdrawn_by, "withdrawn_at": self._now}
        await self._conn.execute(insert(PLAN_WITHDRAWAL), row | end)

    async def starting_on(self, plan_id: str, day: date) -> str | None:
        """Return the version of a plan that begins on a day and stands."""
        values = {"fund": self._fund, "plan_id": plan_id, "day": day}
        found: str | None = (await self._conn.execute(_STARTING, values)).scalar()
        return found

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
            "source_text": draft.source.text,
            "published_at": self._now,
        }
        await self._conn.execute(insert(PLAN_VERSION), row)


def _on_file(rows: list[tuple[str, str, str]] | None) -> tuple[OnFile, ...]:
    return tuple(OnFile(article, document, date.fromisoformat(issued)) for article, document, issued in rows or ())


def _taken(rows: list[tuple[str, str, int, int, dict[str, tuple[str, int]]]] | None) -> dict[tuple[str, str], Balance]:
    return {
        (limit_id, key): Balance(
            consumed, reserved, tuple(sorted(Use(date.fromisoformat(on), amount) for on, amount in uses.values()))
        )
        for limit_id, key, consumed, reserved, uses in rows or ()
    }
