"""The notice that a direct booking needs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kit.clock import rome_date
from kit.workdays import WorkingDays


@dataclass(frozen=True, slots=True)
class Notice:
    """How a request stands to the notice that its class of services needs.

    Units: `days` are working days; all dates are days in Italy.
    """

    days: int
    in_time: bool
    last_day_in_time: date
    first_possible_appointment: date


def assess_notice(*, requested_at: datetime, appointment_at: datetime, days: int, calendar: WorkingDays) -> Notice:
    """Compare the day of the request with the last day that is in time.

    Source: decision 2 on the member guide (A26): the n-th working day before the appointment, on Italian dates; the
    appointment itself may fall on any day.
    """
    requested_on = rome_date(requested_at)
    last_day = calendar.last_day_in_time(rome_date(appointment_at), days)
    return Notice(days, requested_on <= last_day, last_day, first_possible_appointment(requested_on, days, calendar))


def first_possible_appointment(requested_on: date, days: int, calendar: WorkingDays) -> date:
    """Return the first day for which a request of this day is in time."""
    candidate = requested_on
    while calendar.last_day_in_time(candidate, days) < requested_on:
        candidate += timedelta(days=1)
    return candidate
