"""What is known of the uploaded files, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.tables import DOCUMENT
from claims_api.domain.document import Document
from claims_api.domain.document_kinds import DocumentKind, MediaType
from kit.context import Context

_COLUMNS = [column for column in DOCUMENT.c if column.name != "fund"]
_BY_ID = select(*_COLUMNS).where(DOCUMENT.c.document_id == bindparam("document_id"))
_BY_IDS = select(*_COLUMNS).where(DOCUMENT.c.document_id.in_(bindparam("document_ids", expanding=True)))
_FIRST_WITH_CONTENT = (
    select(*_COLUMNS)
    .where(DOCUMENT.c.member_id == bindparam("member_id"), DOCUMENT.c.sha256 == bindparam("sha256"))
    .where(DOCUMENT.c.duplicate_of.is_(None))
    .order_by(DOCUMENT.c.document_id)
    .limit(1)
)


def _document(row: Mapping[str, Any]) -> Document:
    kinds = {"kind": DocumentKind(row["kind"]), "media_type": MediaType(row["media_type"])}
    return Document(**{**row, **kinds})


class PostgresDocumentIndex:
    """The port DocumentIndex over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def add(self, document: Document) -> None:
        await self._conn.execute(insert(DOCUMENT).values(asdict(document) | {"fund": self._context.fund}))

    async def find(self, document_id: UUID) -> Document | None:
        row = (await self._conn.execute(_BY_ID, {"document_id": document_id})).mappings().one_or_none()
        return _document(dict(row)) if row else None

    async def find_many(self, document_ids: Sequence[UUID]) -> list[Document]:
        rows = await self._conn.execute(_BY_IDS, {"document_ids": list(document_ids)})
        return [_document(dict(row)) for row in rows.mappings()]

    async def first_with_content(self, member_id: UUID, sha256: str) -> Document | None:
        values = {"member_id": member_id, "sha256": sha256}
        row = (await self._conn.execute(_FIRST_WITH_CONTENT, values)).mappings().one_or_none()
        return _document(dict(row)) if row else None
