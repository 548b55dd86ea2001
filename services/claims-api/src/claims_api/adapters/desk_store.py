"""The desk's queue and the decisions of persons, in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Text, bindparam, insert, null, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.desk_tables import CLAIM_REVIEW, WORK_ITEM
from claims_api.domain.decision import MissingDocument, Reason
from claims_api.domain.review import Review, ReviewOutcome, ReviewState
from claims_api.domain.work_item import WorkItem, WorkKind
from claims_api.use_cases.ports import WorkFilter
from kit.context import Context

_ITEM = [column for column in WORK_ITEM.c if column.name not in {"fund", "closed_at"}]
_OPEN = WORK_ITEM.c.closed_at.is_(None)
_ORDER = (WORK_ITEM.c.queued_at, WORK_ITEM.c.item_id)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_HOLDER = bindparam("of_holder", type_=Text)

# One statement: who waits for a locked row skips it, and who locks a row that was leased meanwhile sees the lease,
# because PostgreSQL looks at the conditions again on the row as it is.
_FREE = (
    select(WORK_ITEM.c.item_id)
    .where(_OPEN, or_(WORK_ITEM.c.leased_until.is_(None), WORK_ITEM.c.leased_until <= _NOW))
    .where(WORK_ITEM.c.review_role == bindparam("roles", type_=ARRAY(Text)).any_())
    .where(WORK_ITEM.c.not_for.is_distinct_from(_HOLDER))
    .order_by(*_ORDER)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_LEASE_NEXT = (
    update(WORK_ITEM)
    .where(WORK_ITEM.c.item_id == _FREE)
    .values(holder=_HOLDER, leased_until=bindparam("until", type_=DateTime(timezone=True)))
    .returning(*_ITEM)
)
_LOCK = select(*_ITEM).where(WORK_ITEM.c.item_id == bindparam("item_id"), _OPEN).with_for_update()
_LOCK_FOR_CLAIM = select(*_ITEM).where(WORK_ITEM.c.claim_id == bindparam("claim_id"), _OPEN).with_for_update()
_PUT_LEASE = (
    update(WORK_ITEM)
    .where(WORK_ITEM.c.item_id == bindparam("of_item"))
    .values(holder=bindparam("of_holder"), leased_until=bindparam("until"))
)
_CLOSE = (
    update(WORK_ITEM)
    .where(WORK_ITEM.c.claim_id == bindparam("of_claim"), _OPEN)
    .values(closed_at=bindparam("at"), holder=null(), leased_until=null())
)
_PAGE = select(*_ITEM).where(_OPEN).order_by(*_ORDER)

_REVIEW = [column for column in CLAIM_REVIEW.c if column.name != "fund"]
_OF_CLAIM = (
    select(*_REVIEW)
    .where(CLAIM_REVIEW.c.claim_id == bindparam("claim_id"))
    .order_by(CLAIM_REVIEW.c.proposed_at, CLAIM_REVIEW.c.review_id)
)
_PROPOSED = _OF_CLAIM.where(CLAIM_REVIEW.c.state == "proposed")
_ANSWER = (
    update(CLAIM_REVIEW)
    .where(CLAIM_REVIEW.c.review_id == bindparam("of_review"))
    .values(state=bindparam("to_state"), second_by=bindparam("by"), second_at=bindparam("at"))
)


def _item(row: Mapping[str, Any]) -> WorkItem:
    return WorkItem(**{**row, "kind": WorkKind(row["kind"])})


def _review(row: Mapping[str, Any]) -> Review:
    read = {
        "outcome": ReviewOutcome(row["outcome"]),
        "state": ReviewState(row["state"]),
        "reasons": tuple(Reason(**one) for one in row["reasons"]),
        "missing": tuple(MissingDocument(**one) for one in row["missing"]),
    }
    return Review(**{**row, **read})


class PostgresWorkQueue:
    """The port WorkQueue over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def open(self, item: WorkItem) -> None:
        await self._conn.execute(insert(WORK_ITEM).values(asdict(item) | {"fund": self._context.fund}))

    async def close(self, claim_id: UUID, *, at: datetime) -> None:
        await self._conn.execute(_CLOSE, {"of_claim": claim_id, "at": at})

    async def lease_next(
        self, *, roles: frozenset[str], holder: str, now: datetime, until: datetime
    ) -> WorkItem | None:
        values = {"roles": sorted(roles), "of_holder": holder, "now": now, "until": until}
        row = (await self._conn.execute(_LEASE_NEXT, values)).mappings().one_or_none()
        return _item(dict(row)) if row else None

    async def lock(self, item_id: UUID) -> WorkItem | None:
        row = (await self._conn.execute(_LOCK, {"item_id": item_id})).mappings().one_or_none()
        return _item(dict(row)) if row else None

    async def lock_for_claim(self, claim_id: UUID) -> WorkItem | None:
        row = (await self._conn.execute(_LOCK_FOR_CLAIM, {"claim_id": claim_id})).mappings().one_or_none()
        return _item(dict(row)) if row else None

    async def put_lease(self, item: WorkItem) -> None:
        values = {"of_item": item.item_id, "of_holder": item.holder, "until": item.leased_until}
        await self._conn.execute(_PUT_LEASE, values)

    async def page(self, wanted: WorkFilter) -> list[WorkItem]:
        statement = _PAGE.limit(wanted.limit)
        if wanted.kind is not None:
            statement = statement.where(WORK_ITEM.c.kind == wanted.kind)
        if wanted.article is not None:
            statement = statement.where(WORK_ITEM.c.article == wanted.article)
        if wanted.received_until is not None:
            statement = statement.where(WORK_ITEM.c.received_on <= wanted.received_until)
        if wanted.leased is True:
            statement = statement.where(WORK_ITEM.c.leased_until > wanted.now)
        elif wanted.leased is False:
            free = or_(WORK_ITEM.c.leased_until.is_(None), WORK_ITEM.c.leased_until <= wanted.now)
            statement = statement.where(free)
        if wanted.after is not None:
            statement = statement.where(tuple_(*_ORDER) > tuple_(*wanted.after))
        return [_item(dict(row)) for row in (await self._conn.execute(statement)).mappings()]


class PostgresReviewStore:
    """The port ReviewStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def add(self, review: Review) -> None:
        await self._conn.execute(insert(CLAIM_REVIEW).values(asdict(review) | {"fund": self._context.fund}))

    async def answer(self, review: Review) -> None:
        values = {
            "of_review": review.review_id,
            "to_state": review.state,
            "by": review.second_by,
            "at": review.second_at,
        }
        await self._conn.execute(_ANSWER, values)

    async def proposed_for(self, claim_id: UUID) -> Review | None:
        row = (await self._conn.execute(_PROPOSED, {"claim_id": claim_id})).mappings().one_or_none()
        return _review(dict(row)) if row else None

    async def of_claim(self, claim_id: UUID) -> list[Review]:
        rows = (await self._conn.execute(_OF_CLAIM, {"claim_id": claim_id})).mappings()
        return [_review(dict(row)) for row in rows]
