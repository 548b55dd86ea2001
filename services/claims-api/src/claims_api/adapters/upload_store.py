"""Uploads in parts, in PostgreSQL; the parts themselves are objects of the document store."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.document_tables import DOCUMENT_UPLOAD
from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.upload import Upload
from kit.context import Context

_T = DOCUMENT_UPLOAD.c
_COLUMNS = [column for column in _T if column.name != "fund"]


class PostgresUploadStore:
    """The port UploadStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def add(self, upload: Upload) -> None:
        values = _row(upload) | {"fund": self._context.fund}
        await self._conn.execute(insert(DOCUMENT_UPLOAD).values(values))

    async def save(self, upload: Upload) -> None:
        statement = update(DOCUMENT_UPLOAD).where(_T.upload_id == upload.upload_id)
        await self._conn.execute(statement.values(_row(upload)))

    async def find(self, upload_id: UUID) -> Upload | None:
        return await self._one(select(*_COLUMNS).where(_T.upload_id == upload_id))

    async def lock(self, upload_id: UUID) -> Upload | None:
        return await self._one(select(*_COLUMNS).where(_T.upload_id == upload_id).with_for_update())

    async def remove(self, upload_id: UUID) -> None:
        await self._conn.execute(delete(DOCUMENT_UPLOAD).where(_T.upload_id == upload_id))

    async def open_count(self, member_id: UUID, now: datetime) -> int:
        still_open = (_T.member_id == member_id) & _T.document_id.is_(None) & (_T.expires_at > now)
        return int((await self._conn.execute(select(func.count()).where(still_open))).scalar_one())

    async def over(self, now: datetime, limit: int) -> list[tuple[str, UUID]]:
        found = await self._conn.execute(select(_T.fund, _T.upload_id).where(_T.expires_at <= now).limit(limit))
        return [(row.fund, row.upload_id) for row in found]

    async def _one(self, statement: Any) -> Upload | None:
        row = (await self._conn.execute(statement)).mappings().one_or_none()
        return Upload(**{**row, "kind": DocumentKind(row["kind"])}) if row else None


def _row(upload: Upload) -> dict[str, Any]:
    return asdict(upload) | {"parts": list(upload.parts)}
