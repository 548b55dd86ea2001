"""Reminders that wait for their day.

The days are those of the fund's clock; only the short wait between noticing and sending runs on the database's clock,
because it lets events that are on their way arrive, also when the demo's clock jumps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, DateTime, Double, Text, Uuid, bindparam, case, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.context import Context
from kit.ids import new_id
from notify_svc.adapters.tables import account_change, reminder
from notify_svc.domain.reminder import DueReminder, PlannedReminder, ReminderKind
from notify_svc.use_cases.ports import ReminderSource

_REAL_NOW = func.statement_timestamp()
_TODAY = bindparam("today", type_=Date)
_PLANNED = reminder.c.state == "planned"
_END = {"state": "stopped", "ended_at": bindparam("moment")}

_PLAN = insert(reminder).on_conflict_do_nothing(constraint="reminder_once")
_ABOUT = (_PLANNED, reminder.c.kind == bindparam("of_kind"), reminder.c.subject_id == bindparam("of_subject"))
_STOP = update(reminder).where(*_ABOUT).values(**_END)
_STOPS = text("""
update notify.reminder set state = 'stopped', ended_at = stop.moment
from unnest(:kinds, :subjects, :moments) as stop (kind, subject_id, moment)
where reminder.state = 'planned' and reminder.kind = stop.kind and reminder.subject_id = stop.subject_id
""").bindparams(
    bindparam("kinds", type_=ARRAY(Text)),
    bindparam("subjects", type_=ARRAY(Uuid)),
    bindparam("moments", type_=ARRAY(DateTime(timezone=True))),
)
_STOP_COVERED = _STOP.where(reminder.c.due_on <= bindparam("covered_on"))
_STOP_OPENED = _STOP.where(reminder.c.opened_at <= bindparam("opened_until"))
_STOP_OTHERS = _STOP.where(reminder.c.event_id != bindparam("but_event"))

_NEW_ACCOUNT = insert(account_change)
_NEW_ACCOUNT = _NEW_ACCOUNT.on_conflict_do_update(
    index_elements=[account_change.c.fund, account_change.c.member_id],
    set_={"changed_at": func.greatest(account_change.c.changed_at, _NEW_ACCOUNT.excluded.changed_at)},
)
_ACCOUNT = select(account_change.c.changed_at).where(account_change.c.member_id == bindparam("of_member"))

_NOTICE = (
    update(reminder)
    .where(_PLANNED, reminder.c.noticed_at.is_(None), reminder.c.due_on <= _TODAY)
    .values(noticed_at=_REAL_NOW)
)
_DUE = (
    select(reminder.c.id)
    .where(
        _PLANNED,
        reminder.c.due_on <= _TODAY,
        reminder.c.noticed_at <= _REAL_NOW - func.make_interval(0, 0, 0, 0, 0, 0, bindparam("wait", type_=Double)),
    )
    .order_by(reminder.c.due_on, reminder.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_TAKE = (
    update(reminder)
    .where(reminder.c.id == _DUE.c.id)
    .values(state=case((reminder.c.last_on >= _TODAY, "sent"), else_="missed"), ended_at=bindparam("moment"))
    .returning(reminder)
)


@dataclass(frozen=True, slots=True)
class Stop:
    """Reminders that are needless now: nearly every event of a claim ends some, and nearly never there is one."""

    kind: ReminderKind
    subject_id: UUID
    moment: datetime


class PostgresReminders:
    """`stops` gathers those of a transaction: they are written together, before any other change and at its end."""

    def __init__(self, conn: AsyncConnection, context: Context, stops: list[Stop]) -> None:
        self._conn = conn
        self._context = context
        self._stops = stops

    async def write_stops(self) -> None:
        """Write the stops that were gathered."""
        if self._stops:
            stops = list(self._stops)
            self._stops.clear()
            lists = {
                "kinds": [stop.kind.value for stop in stops],
                "subjects": [stop.subject_id for stop in stops],
                "moments": [stop.moment for stop in stops],
            }
            await self._conn.execute(_STOPS, lists)

    async def plan(self, source: ReminderSource, planned: Sequence[PlannedReminder]) -> None:
        await self.write_stops()
        about = self._about(source.kind, source.subject_id)
        await self._conn.execute(_STOP_OTHERS, about | {"but_event": source.event_id})
        rows = [
            {
                "id": new_id(),
                "fund": self._context.fund,
                "kind": source.kind.value,
                "subject_id": source.subject_id,
                "event_id": source.event_id,
                "number": one.number,
                "member_id": source.member_id,
                "due_on": one.due_on,
                "last_on": one.last_on,
                "data": dict(source.data),
                "opened_at": source.opened_at,
                "state": "planned",
                "traceparent": self._context.traceparent,
            }
            for one in planned
        ]
        if rows:
            await self._conn.execute(_PLAN, rows)

    async def stop(self, kind: ReminderKind, subject_id: UUID) -> None:
        self._stops.append(Stop(kind, subject_id, self._context.now))

    async def stop_covered(self, kind: ReminderKind, subject_id: UUID, *, on: date) -> None:
        await self._conn.execute(_STOP_COVERED, self._about(kind, subject_id) | {"covered_on": on})

    async def account_changed(self, member_id: UUID, *, at: datetime) -> None:
        values = {"fund": self._context.fund, "member_id": member_id, "changed_at": at}
        await self._conn.execute(_NEW_ACCOUNT, values)
        await self._conn.execute(_STOP_OPENED, self._about(ReminderKind.IBAN, member_id) | {"opened_until": at})

    async def account_changed_at(self, member_id: UUID) -> datetime | None:
        changed_at: datetime | None = (await self._conn.execute(_ACCOUNT, {"of_member": member_id})).scalar()
        return changed_at

    async def take_due(self, *, today: date, wait_seconds: float, limit: int) -> Sequence[DueReminder]:
        await self.write_stops()
        await self._conn.execute(_NOTICE, {"today": today})
        parameters = {"today": today, "wait": wait_seconds, "most": limit, "moment": self._context.now}
        taken = (await self._conn.execute(_TAKE, parameters)).all()
        return [
            DueReminder(
                reminder_id=row.id,
                kind=ReminderKind(row.kind),
                member_id=row.member_id,
                data=row.data,
                traceparent=row.traceparent,
                in_time=row.state == "sent",
            )
            for row in sorted(taken, key=lambda row: row.id)
        ]

    def _about(self, kind: ReminderKind, subject_id: UUID) -> dict[str, object]:
        return {"of_kind": kind.value, "of_subject": subject_id, "moment": self._context.now}
