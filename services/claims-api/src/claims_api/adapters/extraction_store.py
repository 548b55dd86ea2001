"""What was read in documents, in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.document_tables import DOCUMENT_READING
from claims_api.domain.extraction import Extraction, ExtractionState
from claims_api.domain.invoice_reading import FieldName, ReadField
from claims_api.domain.signature import Integrity, Signature
from kit.context import Context

_T = DOCUMENT_READING.c
_COLUMNS = [column for column in _T if column.name != "fund"]
_DUE = (
    select(_T.document_id)
    .where(_T.due_at <= bindparam("now"))
    .order_by(_T.due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM = (
    update(DOCUMENT_READING)
    .where(_T.document_id == _DUE)
    .values(due_at=bindparam("until"), tries=_T.tries + 1)
    .returning(_T.fund, *_COLUMNS)
)


class PostgresExtractionStore:
    """The port ExtractionStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def ask(self, document_id: UUID, *, at: datetime) -> None:
        row = _row(Extraction(document_id, ExtractionState.PENDING, due_at=at)) | {"fund": self._context.fund}
        await self._conn.execute(postgresql.insert(DOCUMENT_READING).values(row).on_conflict_do_nothing())

    async def find(self, document_id: UUID) -> Extraction | None:
        statement = select(*_COLUMNS).where(_T.document_id == document_id)
        row = (await self._conn.execute(statement)).mappings().one_or_none()
        return _extraction(dict(row)) if row else None

    async def save(self, extraction: Extraction) -> None:
        statement = update(DOCUMENT_READING).where(_T.document_id == extraction.document_id)
        await self._conn.execute(statement.values(_row(extraction)))

    async def remove(self, document_id: UUID) -> None:
        await self._conn.execute(delete(DOCUMENT_READING).where(_T.document_id == document_id))

    async def claim(self, *, now: datetime, until: datetime) -> tuple[str, Extraction] | None:
        row = (await self._conn.execute(_CLAIM, {"now": now, "until": until})).mappings().one_or_none()
        if row is None:
            return None
        values = dict(row)
        return values.pop("fund"), _extraction(values)


def _row(extraction: Extraction) -> dict[str, Any]:
    fields = [asdict(field) for field in extraction.fields]
    return asdict(extraction) | {"fields": fields, "signatures": [asdict(one) for one in extraction.signatures]}


def _extraction(row: Mapping[str, Any]) -> Extraction:
    fields = [
        ReadField(**{**one, "name": FieldName(one["name"]), "box": tuple(one["box"]) if one["box"] else None})
        for one in row["fields"]
    ]
    signatures = [Signature(**{**one, "integrity": Integrity(one["integrity"])}) for one in row["signatures"]]
    read = {"state": ExtractionState(row["state"]), "fields": fields, "signatures": signatures}
    return Extraction(**{**row, **read})
