"""The agenda of a facility: recurring openings from which its slots are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from booking_api.domain.errors import SlotsInvalid
from booking_api.domain.slot import SlotTime
from kit.clock import ROME
from kit.errors import FieldError
from kit.workdays import WorkingDays

MOST_SLOTS = 4_000


@dataclass(frozen=True, slots=True)
class Opening:
    """A service on one day of every week.

    Units: `weekday` 1 (Monday) to 7; times of the day in Italy; `minutes` is how long one takes, the last one ends by
    `ends`.
    """

    weekday: int
    begins: time
    ends: time
    minutes: int
    service_code: str
    doctor: str | None = None

    def times_on(self, day: date) -> Iterator[SlotTime]:
        """Return the slots of a day; an hour that the clocks skip in spring has none."""
        start, end = datetime.combine(day, self.begins), datetime.combine(day, self.ends)
        while start + timedelta(minutes=self.minutes) <= end:
            moment = start.replace(tzinfo=ROME).astimezone(UTC)
            if moment.astimezone(ROME).replace(tzinfo=None) == start:
                yield SlotTime(self.service_code, moment, self.doctor)
            start += timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which the facility is closed, the first and the last included."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Agenda:
    """The openings of a facility; on national holidays it is closed unless it says otherwise.

    Units: slots are published up to, and with, `published_until`.
    """

    facility_id: UUID
    openings: tuple[Opening, ...]
    closures: tuple[Closure, ...]
    open_on_holidays: bool
    published_until: date

    def times(self, first_day: date, last_day: date, *, after: datetime, calendar: WorkingDays) -> list[SlotTime]:
        """Return the slots of some days that lie after a moment."""
        days = (first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1))
        found = [
            slot
            for day in days
            if self._is_open(day, calendar)
            for opening in self.openings
            if opening.weekday == day.isoweekday()
            for slot in opening.times_on(day)
            if slot.starts_at > after
        ]
        return list(dict.fromkeys(found))

    def _is_open(self, day: date, calendar: WorkingDays) -> bool:
        closed = any(one.first_day <= day <= one.last_day for one in self.closures)
        return not closed and (self.open_on_holidays or not calendar.is_national_holiday(day))


def check_times(times: list[SlotTime]) -> None:
    """Refuse an agenda that makes more slots than one period can hold.

    Raises: SlotsInvalid.
    """
    if len(times) > MOST_SLOTS:
        message = f"L'agenda genera {len(times)} orari: al massimo {MOST_SLOTS}"
        raise SlotsInvalid(message, errors=[FieldError("/openings", "too_many_slots", message)])
