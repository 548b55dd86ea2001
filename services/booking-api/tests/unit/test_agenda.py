from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from booking_api.domain.agenda import Agenda, Opening
from kit.workdays import WorkingDays

SUNDAY = date(2027, 3, 28)  # the clocks go from 2:00 to 3:00


def test_the_hour_that_the_clocks_skip_has_no_slot():
    opening = Opening(7, time(1), time(4), 60, "VIS-CARD")
    assert [one.starts_at for one in opening.times_on(SUNDAY)] == [
        datetime(2027, 3, 28, 0, tzinfo=UTC),
        datetime(2027, 3, 28, 1, tzinfo=UTC),
    ]


def test_an_opening_twice_makes_each_slot_once_and_only_after_the_moment():
    opening = Opening(7, time(9), time(11), 60, "VIS-CARD")
    agenda = Agenda(UUID(int=1), (opening, opening), (), open_on_holidays=True, published_until=SUNDAY)
    after = datetime(2027, 3, 28, 7, tzinfo=UTC)  # nine o'clock in summer time
    [only] = agenda.times(SUNDAY, SUNDAY, after=after, calendar=WorkingDays())
    assert only.starts_at == datetime(2027, 3, 28, 8, tzinfo=UTC)
    closed = replace(agenda, open_on_holidays=False)  # it is Easter too
    found = closed.times(SUNDAY, date(2027, 4, 4), after=after, calendar=WorkingDays())
    assert {one.starts_at.date() for one in found} == {date(2027, 4, 4)}
