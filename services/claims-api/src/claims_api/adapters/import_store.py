"""An employer's feed in PostgreSQL: staged in batches, judged and applied by statements over all lines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters import import_statements as sql
from claims_api.adapters.import_tables import MEMBER_IMPORT, MEMBER_IMPORT_LINE
from claims_api.domain.member_import import ImportLine, ImportReport, ImportState, LineAction, LineFault, ReportLine
from kit.context import Context

# One feed at a time for a fund: two at once would judge the same register and apply both.
# Compiling these statements takes longer than running them (2 s of each, measured).
_NO_JIT = text("set local jit = off")
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")


def _report(row: Mapping[str, Any]) -> ImportReport:
    names = (name for name in ImportReport.__slots__ if name != "state")
    return ImportReport(state=ImportState(row["state"]), **{name: row[name] for name in names})


class PostgresImportStore:
    """The port ImportStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def _run(self, statement: TextClause, import_id: UUID, **values: object) -> int:
        return (await self._conn.execute(statement, {"import_id": str(import_id), **values})).rowcount

    async def lock(self) -> None:
        await self._conn.execute(_NO_JIT)
        await self._conn.execute(_LOCK, {"name": f"member_import:{self._context.fund}"})

    async def applied(self, sha256: str) -> ImportReport | None:
        same = (MEMBER_IMPORT.c.fund == self._context.fund, MEMBER_IMPORT.c.sha256 == sha256)
        statement = select(MEMBER_IMPORT).where(*same, MEMBER_IMPORT.c.state == ImportState.APPLIED)
        row = (await self._conn.execute(statement)).mappings().one_or_none()
        return _report(dict(row)) if row else None

    async def stage(self, import_id: UUID, lines: Sequence[ImportLine]) -> None:
        rows = [{**one.facts, "line": one.line, "faults": [asdict(fault) for fault in one.faults]} for one in lines]
        await self._run(sql.STAGE, import_id, fund=self._context.fund, rows=rows)

    async def judge(self, import_id: UUID) -> Mapping[str, int]:
        await self._conn.execute(sql.ANALYZE)
        await self._run(sql.MATCH, import_id, fund=self._context.fund)
        for statement in sql.CROSS_FAULTS:
            await self._run(statement, import_id)
        await self._run(sql.JUDGE, import_id)
        rows = await self._conn.execute(sql.COUNTS, {"import_id": str(import_id)})
        return {row.action: row.lines for row in rows}

    async def apply(self, import_id: UUID) -> int:
        circumstances = {"now": self._context.now, "traceparent": self._context.traceparent}
        for statement in (*sql.GIVE_IDS, sql.PUT_MEMBERS):
            await self._run(statement, import_id)
        # A register that was empty a moment ago is planned as empty: the next statements would walk through it.
        await self._conn.execute(sql.ANALYZE_MEMBERS)
        await self._run(sql.CHANGE_PERSONS, import_id)
        await self._run(sql.ADD_PERSONS, import_id)
        await self._conn.execute(sql.ANALYZE_PERSONS)
        published = await self._run(sql.PUBLISH_MEMBERS, import_id, **circumstances)
        await self._run(sql.PUBLISH_CONTACTS, import_id, **circumstances)
        who = {"actor": self._context.actor, "request_id": self._context.request_id}
        await self._run(sql.AUDIT, import_id, **circumstances, **who)
        return published

    async def finish(self, report: ImportReport) -> None:
        row = asdict(report) | {
            "fund": self._context.fund,
            "at": self._context.now,
            "actor": self._context.actor,
        }
        await self._conn.execute(insert(MEMBER_IMPORT).values(row))
        await self._run(sql.REPORT, report.import_id)
        await self._run(sql.CLEAR, report.import_id)

    async def find(self, import_id: UUID) -> ImportReport | None:
        statement = select(MEMBER_IMPORT).where(MEMBER_IMPORT.c.import_id == import_id)
        row = (await self._conn.execute(statement)).mappings().one_or_none()
        return _report(dict(row)) if row else None

    async def report_lines(
        self, import_id: UUID, *, action: LineAction | None, after: int, limit: int
    ) -> list[ReportLine]:
        lines = MEMBER_IMPORT_LINE
        statement = select(lines).where(lines.c.import_id == import_id, lines.c.line > after)
        if action is not None:
            statement = statement.where(lines.c.action == action)
        rows = await self._conn.execute(statement.order_by(lines.c.line).limit(limit))
        return [
            ReportLine(row.line, row.number, LineAction(row.action), tuple(LineFault(**one) for one in row.faults))
            for row in rows
        ]
