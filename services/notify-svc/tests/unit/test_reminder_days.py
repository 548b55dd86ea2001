"""The days of reminders, on, before and after each boundary."""

from datetime import UTC, date, datetime

import pytest

from kit.workdays import WorkingDays
from notify_svc.adapters.fund_terms_file import read_fund_terms
from notify_svc.adapters.mail_templates import TEMPLATES
from notify_svc.domain.reminder import (
    PlannedReminder,
    ReminderTerms,
    before_appointment,
    during_suspension,
    reminder_day,
    while_iban_is_missing,
)

TERMS = ReminderTerms(WorkingDays(), appointment_working_days=2, suspension_days=(30, 50), iban_days=(7, 21))


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_the_fund_has_its_terms() -> None:
    terms = read_fund_terms(TEMPLATES)["fnm"].reminders
    assert (terms.appointment_working_days, terms.suspension_days, terms.iban_days) == (2, (30, 50), (7, 21))
    assert not terms.calendar.is_working(day("2026-12-07"))


@pytest.mark.parametrize(
    ("appointment", "due"),
    [
        ("2026-11-26", "2026-11-24"),
        ("2026-11-30", "2026-11-26"),
        # Before the 9th lie the Immaculate (8) and Milan's patron (7): Thursday the 3rd is the second working day.
        ("2026-12-09", "2026-12-03"),
        ("2027-01-07", "2027-01-04"),
    ],
)
def test_two_working_days_before_the_appointment(appointment: str, due: str) -> None:
    [planned] = before_appointment(TERMS, appointment_on=day(appointment), known_on=day("2026-11-01"))
    assert planned.due_on == day(due)
    assert (day(appointment) - planned.last_on).days == 1


@pytest.mark.parametrize(("known", "reminders"), [("2026-11-23", 1), ("2026-11-24", 0), ("2026-11-25", 0)])
def test_an_authorisation_that_comes_as_late_as_the_reminder_is_enough(known: str, reminders: int) -> None:
    planned = before_appointment(TERMS, appointment_on=day("2026-11-26"), known_on=day(known))
    assert len(planned) == reminders


def test_thirty_and_fifty_days_after_the_suspension() -> None:
    assert during_suspension(TERMS, suspended_on=day("2026-11-20"), lapses_on=day("2027-01-19")) == [
        PlannedReminder(1, day("2026-12-20"), day("2027-01-08")),
        PlannedReminder(2, day("2027-01-09"), day("2027-01-19")),
    ]


@pytest.mark.parametrize(
    ("lapses", "days"), [("2026-12-19", 0), ("2026-12-20", 1), ("2027-01-08", 1), ("2027-01-09", 2)]
)
def test_no_reminder_after_the_lapse(lapses: str, days: int) -> None:
    planned = during_suspension(TERMS, suspended_on=day("2026-11-20"), lapses_on=day(lapses))
    assert len(planned) == days
    assert all(one.due_on <= one.last_on <= day(lapses) for one in planned)


def test_an_iban_is_asked_for_again() -> None:
    assert while_iban_is_missing(TERMS, asked_on=day("2026-11-30")) == [
        PlannedReminder(1, day("2026-12-07"), day("2026-12-20")),
        PlannedReminder(2, day("2026-12-21"), day("2026-12-28")),
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 24, 6, 59, tzinfo=UTC), "2026-11-23"),
        (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), "2026-11-24"),
        (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), "2026-11-24"),
        (datetime(2026, 7, 1, 5, 59, tzinfo=UTC), "2026-06-30"),
        (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), "2026-07-01"),
        # The nights in which the clock changes.
        (datetime(2026, 3, 29, 6, 0, tzinfo=UTC), "2026-03-29"),
        (datetime(2026, 10, 25, 6, 59, tzinfo=UTC), "2026-10-24"),
    ],
)
def test_from_eight_in_the_morning_in_italy(now: datetime, expected: str) -> None:
    assert reminder_day(now) == day(expected)
