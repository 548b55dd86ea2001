"""When a member is reminded of something that waits for them, and until when that still helps."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kit.clock import ROME
from kit.workdays import WorkingDays

# Nobody is reminded in the night.
FIRST_HOUR = 8


class ReminderKind(StrEnum):
    """What the reminder is about; its message has the same name."""

    APPOINTMENT = "appointment_reminder"
    SUSPENSION = "suspension_reminder"
    IBAN = "iban_reminder"


@dataclass(frozen=True, slots=True)
class ReminderTerms:
    """What a fund fixes about its reminders.

    Units: working days before the appointment; days after the suspension; days after the request for an IBAN.
    """

    calendar: WorkingDays
    appointment_working_days: int
    suspension_days: tuple[int, ...]
    iban_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One reminder of a series.

    Units: days in Italy, both included: it goes out from `due_on` on, and after `last_on` it would be of no use.
    """

    number: int
    due_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder whose moment has come, and whether it came in time to be sent."""

    reminder_id: UUID
    kind: ReminderKind
    member_id: UUID
    data: dict[str, object]
    traceparent: str | None
    in_time: bool


def reminder_day(now: datetime) -> date:
    """Return the day whose reminders may go out now: before eight in the morning in Italy, still the day before."""
    local = now.astimezone(ROME)
    return local.date() if local.hour >= FIRST_HOUR else local.date() - timedelta(days=1)


def before_appointment(terms: ReminderTerms, *, appointment_on: date, known_on: date) -> list[PlannedReminder]:
    """Plan the reminder of an appointment; none when the authorisation itself comes as late as the reminder would.

    Source: member guide, "una seconda email circa due giorni prima dell'appuntamento": that is the quota letter, and
    where it comes in time no reminder is needed beside it.
    """
    due_on = terms.calendar.shift(appointment_on, -terms.appointment_working_days)
    if due_on <= known_on:
        return []
    return [PlannedReminder(1, due_on, appointment_on - timedelta(days=1))]


def during_suspension(terms: ReminderTerms, *, suspended_on: date, lapses_on: date) -> list[PlannedReminder]:
    """Plan the reminders of a suspended claim, the last one good until the day on which it lapses.

    Source: circular no. 1, article 1.1: sixty days to complete what is missing.
    """
    days = [suspended_on + timedelta(days=after) for after in terms.suspension_days]
    return _series([day for day in days if day <= lapses_on], until=lapses_on)


def while_iban_is_missing(terms: ReminderTerms, *, asked_on: date) -> list[PlannedReminder]:
    """Plan the reminders that an IBAN is awaited; the next payment run asks anew."""
    days = [asked_on + timedelta(days=after) for after in terms.iban_days]
    return _series(days, until=max(days, default=asked_on) + timedelta(days=7))


def _series(days: list[date], *, until: date) -> list[PlannedReminder]:
    """Let each reminder end where the next one begins: after a standstill only one goes out."""
    if not days:
        return []
    ends = [*(day - timedelta(days=1) for day in days[1:]), until]
    pairs = zip(days, ends, strict=True)
    return [PlannedReminder(number, due_on, last_on) for number, (due_on, last_on) in enumerate(pairs, start=1)]
