"""What is known of the uploaded files, in PostgreSQL."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.document_tables import DOCUMENT, OBJECT_REMOVAL
from claims_api.adapters.paper_statements import GIVEN_PAPERS
from claims_api.adapters.retention_statements import ERASURE_CANDIDATES, USE_OF_DOCUMENT
from claims_api.domain.document import Document, DocumentState
from claims_api.domain.document_kinds import DocumentKind, MediaType
from claims_api.domain.paper import GivenPaper
from claims_api.domain.retention import FINAL_STATES, DocumentUse, RetentionRules
from kit.clock import rome_date
from kit.context import Context

DOCUMENT_COLUMNS = [column for column in DOCUMENT.c if column.name != "fund"]
_BY_ID = select(*DOCUMENT_COLUMNS).where(DOCUMENT.c.document_id == bindparam("document_id"))
_LOCK = _BY_ID.with_for_update(of=DOCUMENT)
_BY_IDS = select(*DOCUMENT_COLUMNS).where(DOCUMENT.c.document_id.in_(bindparam("document_ids", expanding=True)))
_FIRST_WITH_CONTENT = (
    select(*DOCUMENT_COLUMNS)
    .where(DOCUMENT.c.member_id == bindparam("member_id"), DOCUMENT.c.sha256 == bindparam("sha256"))
    .where(DOCUMENT.c.duplicate_of.is_(None), DOCUMENT.c.state.in_(("received", "checked", "ready")))
    .order_by(DOCUMENT.c.document_id)
    .limit(1)
)
_DUE = (
    select(DOCUMENT.c.document_id)
    .where(DOCUMENT.c.work_due_at <= bindparam("now"))
    .order_by(DOCUMENT.c.work_due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM_WORK = (
    update(DOCUMENT)
    .where(DOCUMENT.c.document_id == _DUE)
    .values(work_due_at=bindparam("until"))
    .returning(DOCUMENT.c.fund, *DOCUMENT_COLUMNS)
)


def document_of(row: Mapping[str, Any]) -> Document:
    """Make a document of its row."""
    known = {
        "kind": DocumentKind(row["kind"]),
        "media_type": MediaType(row["media_type"]),
        "state": DocumentState(row["state"]),
    }
    return Document(**{**row, **known})


# What waits for its removal has a row too: one job deletes it, and the other need not.
_ORPHANS = text(
    """
    select key from unnest(cast(:storage_keys as text[])) as key
    where not exists (select from claims.document d where d.storage_key = key)
      and not exists (select from claims.object_removal r where r.storage_key = key)
      and key not in (select jsonb_array_elements_text(u.parts) from claims.document_upload u)
    """
)


class PostgresDocumentIndex:
    """The port DocumentIndex over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def add(self, document: Document) -> None:
        await self._conn.execute(insert(DOCUMENT).values(asdict(document) | {"fund": self._context.fund}))

    async def save(self, document: Document) -> None:
        statement = update(DOCUMENT).where(DOCUMENT.c.document_id == document.document_id)
        await self._conn.execute(statement.values(asdict(document)))

    async def find(self, document_id: UUID) -> Document | None:
        return await self._one(_BY_ID, {"document_id": document_id})

    async def lock(self, document_id: UUID) -> Document | None:
        return await self._one(_LOCK, {"document_id": document_id})

    async def find_many(self, document_ids: Sequence[UUID]) -> list[Document]:
        rows = await self._conn.execute(_BY_IDS, {"document_ids": list(document_ids)})
        return [document_of(dict(row)) for row in rows.mappings()]

    async def first_with_content(self, member_id: UUID, sha256: str) -> Document | None:
        return await self._one(_FIRST_WITH_CONTENT, {"member_id": member_id, "sha256": sha256})

    async def given(self, member_id: UUID) -> list[GivenPaper]:
        rows = (await self._conn.execute(GIVEN_PAPERS, {"member_id": member_id})).mappings()
        return [GivenPaper(**{**row, "kind": DocumentKind(row["kind"])}) for row in rows]

    async def claim_work(self, *, now: datetime, until: datetime) -> tuple[str, Document] | None:
        row = (await self._conn.execute(_CLAIM_WORK, {"now": now, "until": until})).mappings().one_or_none()
        if row is None:
            return None
        values = dict(row)
        return values.pop("fund"), document_of(values)

    async def use_of(self, document_id: UUID) -> DocumentUse:
        values = {"document_id": document_id, "final": sorted(FINAL_STATES)}
        row = (await self._conn.execute(USE_OF_DOCUMENT, values)).one()
        closed = row.sent and row.closed and row.last_step_at is not None
        return DocumentUse(row.sent, rome_date(row.last_step_at) if closed else None)

    async def erasure_candidates(self, rules: RetentionRules, *, after: UUID, limit: int) -> list[UUID]:
        def before(**period: int) -> datetime:
            return self._context.now - timedelta(**period)

        years = {str(kind): before(days=365 * count).isoformat() for kind, count in rules.years_by_kind.items()}
        values = {
            "fund": rules.fund,
            "unused_before": before(days=rules.unused_days),
            "refused_before": before(days=rules.refused_days),
            "used_before": json.dumps(years),
            "all_used_before": before(days=365 * rules.years_after_last_use),
            "after": after,
            "limit": limit,
            "final": sorted(FINAL_STATES),
        }
        return list((await self._conn.execute(ERASURE_CANDIDATES, values)).scalars())

    async def drop_object(self, storage_key: str, *, at: datetime) -> None:
        row = {"storage_key": storage_key, "fund": self._context.fund, "asked_at": at}
        await self._conn.execute(postgresql.insert(OBJECT_REMOVAL).values(row).on_conflict_do_nothing())

    async def dropped_objects(self, limit: int) -> list[str]:
        found = await self._conn.execute(select(OBJECT_REMOVAL.c.storage_key).limit(limit))
        return list(found.scalars())

    async def forget_object(self, storage_key: str) -> None:
        await self._conn.execute(delete(OBJECT_REMOVAL).where(OBJECT_REMOVAL.c.storage_key == storage_key))

    async def orphans(self, storage_keys: Sequence[str]) -> list[str]:
        return list((await self._conn.execute(_ORPHANS, {"storage_keys": list(storage_keys)})).scalars())

    async def _one(self, statement: Any, values: Mapping[str, Any]) -> Document | None:
        row = (await self._conn.execute(statement, values)).mappings().one_or_none()
        return document_of(dict(row)) if row else None
