"""The bank's statements in PostgreSQL, each once by the hash of its content."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.bank_tables import bank_statement, bank_statement_line
from payout_svc.domain.bank_statement import StatementKind
from payout_svc.domain.errors import BankStatementNotFound
from payout_svc.use_cases.ports import JudgedLine, StatementResult

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('bank_statement:' || :fund || :sha256, 0))")


class PostgresBankStatementStore:
    """The bank statements of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def lock(self, sha256: str) -> None:
        """Let one transaction at a time take in this content."""
        await self._conn.execute(_LOCK, {"fund": self._fund, "sha256": sha256})

    async def find(self, sha256: str) -> StatementResult | None:
        table = bank_statement
        query = select(table).where(table.c.fund == self._fund, table.c.sha256 == sha256)
        row = (await self._conn.execute(query)).one_or_none()
        if row is None:
            return None
        return StatementResult(
            statement_id=row.statement_id,
            kind=StatementKind(row.kind),
            message_id=row.message_id,
            settled=row.settled,
            returned=row.returned,
            unchanged=row.unchanged,
            pending=row.pending,
            unmatched=row.unmatched,
        )

    async def add(
        self, result: StatementResult, lines: Sequence[JudgedLine], *, sha256: str, received_by: str, at: datetime
    ) -> None:
        values = asdict(result) | {
            "fund": self._fund,
            "sha256": sha256,
            "received_at": at,
            "received_by": received_by,
        }
        del values["replayed"]
        await self._conn.execute(insert(bank_statement), values)
        if lines:
            await self._conn.execute(insert(bank_statement_line), [self._row(result, judged) for judged in lines])

    def _row(self, result: StatementResult, judged: JudgedLine) -> dict[str, Any]:
        line = judged.line
        return {
            "statement_id": result.statement_id,
            "line": line.line,
            "fund": self._fund,
            "booked_on": line.booked_on,
            "direction": line.direction,
            "amount_cents": line.amount_cents,
            "reference": line.reference,
            "bank_reference": line.bank_reference,
            "reason_code": line.reason,
            "outcome": judged.outcome,
            "problem": judged.problem,
        }

    async def lines(
        self, statement_id: UUID, *, outcome: str | None, after_line: int, limit: int
    ) -> Sequence[dict[str, Any]]:
        """Return the lines of a statement in their order.

        Raises: BankStatementNotFound.
        """
        known = select(bank_statement.c.statement_id).where(
            bank_statement.c.statement_id == statement_id, bank_statement.c.fund == self._fund
        )
        if (await self._conn.execute(known)).scalar() is None:
            raise BankStatementNotFound("no bank statement has this id")
        table = bank_statement_line
        query = select(table).where(table.c.statement_id == statement_id, table.c.line > after_line)
        if outcome is not None:
            query = query.where(table.c.outcome == outcome)
        rows = await self._conn.execute(query.order_by(table.c.line).limit(limit))
        return [dict(row) for row in rows.mappings()]
