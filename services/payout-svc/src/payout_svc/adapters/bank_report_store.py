"""The bank's reports in PostgreSQL, each once by the hash of its content."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.bank_tables import bank_report
from payout_svc.use_cases.ports import ReportResult, UnmatchedAnswer

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('bank_report:' || :fund || :sha256, 0))")


class PostgresBankReportStore:
    """The bank reports of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def lock(self, sha256: str) -> None:
        """Let one transaction at a time take in this content."""
        await self._conn.execute(_LOCK, {"fund": self._fund, "sha256": sha256})

    async def find(self, sha256: str) -> ReportResult | None:
        table = bank_report
        query = select(table).where(table.c.fund == self._fund, table.c.sha256 == sha256)
        row = (await self._conn.execute(query)).one_or_none()
        if row is None:
            return None
        return ReportResult(
            report_id=row.report_id,
            message_id=row.message_id,
            accepted=row.accepted,
            rejected=row.rejected,
            unchanged=row.unchanged,
            unmatched=[UnmatchedAnswer(**answer) for answer in row.unmatched],
        )

    async def add(self, result: ReportResult, *, sha256: str, received_by: str, at: datetime) -> None:
        values = {
            "report_id": result.report_id,
            "fund": self._fund,
            "sha256": sha256,
            "message_id": result.message_id,
            "received_at": at,
            "received_by": received_by,
            "accepted": result.accepted,
            "rejected": result.rejected,
            "unchanged": result.unchanged,
            "unmatched": [asdict(answer) for answer in result.unmatched],
        }
        await self._conn.execute(insert(bank_report), values)
