"""The desk's queue and the decisions of persons, in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, Text, bindparam, exists, insert, null, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.check_tables import SAMPLE_CHECK
from claims_api.adapters.desk_tables import CLAIM_REVIEW, WORK_ITEM
from claims_api.adapters.tables import CLAIM, CLAIM_CASE
from claims_api.domain.decision import MissingDocument, Reason
from claims_api.domain.review import Review, ReviewOutcome, ReviewState
from claims_api.domain.work_item import WorkItem, WorkKind
from claims_api.use_cases.desk_ports import WorkFilter
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
    .order_by(WORK_ITEM.c.escalated_at.asc().nulls_last(), *_ORDER)
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
# A check by sample goes on beside whatever else is done with its claim.
_SAMPLE = WORK_ITEM.c.kind == "sample"
_LOCK_FOR_CLAIM = select(*_ITEM).where(WORK_ITEM.c.claim_id == bindparam("claim_id"), _OPEN, ~_SAMPLE).with_for_update()
_PUT_LEASE = (
    update(WORK_ITEM)
    .where(WORK_ITEM.c.item_id == bindparam("of_item"))
    .values(holder=bindparam("of_holder"), leased_until=bindparam("until"))
)
_CLOSE_ANY = (
    update(WORK_ITEM)
    .where(WORK_ITEM.c.claim_id == bindparam("of_claim"), _OPEN)
    .values(closed_at=bindparam("at"), holder=null(), leased_until=null())
)
_CLOSE = _CLOSE_ANY.where(~_SAMPLE)
_CLOSE_SAMPLE = _CLOSE_ANY.where(_SAMPLE)
_NOT_ESCALATED = (
    select(WORK_ITEM.c.fund, *_ITEM)
    .where(_OPEN, WORK_ITEM.c.escalated_at.is_(None), ~_SAMPLE)
    .where(WORK_ITEM.c.queued_at < bindparam("before", type_=DateTime(timezone=True)))
    .order_by(*_ORDER)
    .limit(bindparam("most", type_=Integer))
)
_UNANSWERED = (
    select(CLAIM.c.fund, CLAIM.c.claim_id)
    .where(CLAIM.c.state == "submitted", CLAIM.c.received_on < bindparam("before", type_=Date))
    .where(~exists().where(WORK_ITEM.c.claim_id == CLAIM.c.claim_id, _OPEN, ~_SAMPLE))
    # What waits for its turn would fill the batch for weeks.
    .where(~exists().where(CLAIM_CASE.c.case_id == CLAIM.c.case_id, CLAIM_CASE.c.held_until.is_not(None)))
    .order_by(CLAIM.c.received_on, CLAIM.c.claim_id)
    .limit(bindparam("most", type_=Integer))
)
_ESCALATE = update(WORK_ITEM).where(WORK_ITEM.c.item_id == bindparam("of_item")).values(escalated_at=bindparam("at"))
_CLOSE_ANSWERED = (
    update(WORK_ITEM)
    .where(_OPEN, WORK_ITEM.c.kind == "escalation")
    .where(exists().where(CLAIM.c.claim_id == WORK_ITEM.c.claim_id, CLAIM.c.state != "submitted"))
    .values(closed_at=bindparam("at"), holder=null(), leased_until=null())
)
_PAGE = select(*_ITEM).where(_OPEN).order_by(*_ORDER)

_REVIEW = [column for column in CLAIM_REVIEW.c if column.name != "fund"]
_OF_CLAIM = (
    select(*_REVIEW)
    .where(CLAIM_REVIEW.c.claim_id == bindparam("claim_id"))
    .order_by(CLAIM_REVIEW.c.proposed_at, CLAIM_REVIEW.c.review_id)
)
_WAITING = _OF_CLAIM.where(CLAIM_REVIEW.c.state.in_(["proposed", "counting"]))
_ANSWER = (
    update(CLAIM_REVIEW)
    .where(CLAIM_REVIEW.c.review_id == bindparam("of_review"))
    .values(
        state=bindparam("to_state"),
        second_by=bindparam("by"),
        second_at=bindparam("at"),
        refusal=bindparam("why", type_=JSONB),
    )
)


def _item(row: Mapping[str, Any]) -> WorkItem:
    return WorkItem(**{**row, "kind": WorkKind(row["kind"])})


def _review(row: Mapping[str, Any]) -> Review:
    read = {
        "outcome": ReviewOutcome(row["outcome"]),
        "state": ReviewState(row["state"]),
        "reasons": tuple(Reason(**one) for one in row["reasons"]),
        "missing": tuple(MissingDocument(**one) for one in row["missing"]),
        "refusal": tuple(Reason(**one) for one in row["refusal"]),
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

    async def close_sample(self, claim_id: UUID, *, at: datetime) -> None:
        await self._conn.execute(_CLOSE_SAMPLE, {"of_claim": claim_id, "at": at})

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


class PostgresOverdue:
    """The port OverdueStore over one open transaction: what waits beyond its due date."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def items(self, queued_before: datetime, limit: int) -> list[tuple[str, WorkItem]]:
        values = {"before": queued_before, "most": limit}
        rows = (await self._conn.execute(_NOT_ESCALATED, values)).mappings()
        return [(row["fund"], _item({k: v for k, v in row.items() if k != "fund"})) for row in rows]

    async def claims(self, received_before: date, limit: int) -> list[tuple[str, UUID]]:
        rows = await self._conn.execute(_UNANSWERED, {"before": received_before, "most": limit})
        return [(row.fund, row.claim_id) for row in rows]

    async def mark(self, item_id: UUID, *, at: datetime) -> None:
        await self._conn.execute(_ESCALATE, {"of_item": item_id, "at": at})

    async def close_answered(self, *, at: datetime) -> None:
        await self._conn.execute(_CLOSE_ANSWERED, {"at": at})

    async def draw(self, claim_id: UUID, *, rule: str, seed: str) -> bool:
        row = {"claim_id": claim_id, "fund": self._context.fund, "rule": rule, "seed": seed}
        statement = upsert(SAMPLE_CHECK).values(row | {"drawn_at": self._context.now})
        done = await self._conn.execute(statement.on_conflict_do_nothing().returning(SAMPLE_CHECK.c.claim_id))
        return done.scalar_one_or_none() is not None


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
            "why": [asdict(one) for one in review.refusal],
        }
        await self._conn.execute(_ANSWER, values)

    async def open_for(self, claim_id: UUID) -> Review | None:
        row = (await self._conn.execute(_WAITING, {"claim_id": claim_id})).mappings().one_or_none()
        return _review(dict(row)) if row else None

    async def of_claim(self, claim_id: UUID) -> list[Review]:
        rows = (await self._conn.execute(_OF_CLAIM, {"claim_id": claim_id})).mappings()
        return [_review(dict(row)) for row in rows]
