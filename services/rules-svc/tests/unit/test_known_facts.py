"""What the fund's own decisions tell: years of the school bonus used, contributions received."""

from datetime import date
from typing import Any

from factories_rules import facts, visit
from strategies_rules import PLAN

from rules_svc.domain.history import with_known_facts
from rules_svc.domain.request import Request

CHILD = facts("child", date(2010, 3, 1))


def bonus(day: date, level: str = "nursery", **extra: Any) -> Request:
    return visit(article="7.9", expense_date=day, extra={"school_level": level, **extra}, service="libri")


def used(request: Request, *paid: Request) -> Any:
    return with_known_facts(PLAN, request, CHILD, paid).extra.get("years_used")


def test_other_school_years_of_the_same_level_are_counted() -> None:
    now = bonus(date(2026, 9, 10))
    assert used(now) is None
    # 30 June ends a school year, 1 July starts the next: two days, two years; the year of the request itself is free.
    assert used(now, bonus(date(2024, 6, 30)), bonus(date(2024, 7, 1)), bonus(date(2025, 1, 1))) == 2
    assert used(now, bonus(date(2026, 7, 1))) is None
    assert used(now, bonus(date(2024, 9, 1), "primary")) is None


def test_the_higher_of_the_two_figures_stands() -> None:
    earlier = [bonus(date(2024, 9, 1)), bonus(date(2025, 9, 1))]
    assert used(bonus(date(2026, 9, 10), years_used=0), *earlier) == 2
    assert used(bonus(date(2026, 9, 10), years_used=3), *earlier) == 3


def test_a_master_is_no_university_contribution() -> None:
    def course(service: str, years: int) -> Request:
        return visit(article="7.10", service=service, extra={"course_years": years})

    paid = [course("iscrizione università", 3), course("iscrizione università", 3), course("master", 3)]
    told = with_known_facts(PLAN, course("iscrizione università", 3), CHILD, paid)
    assert told.extra["contributions_received"] == 2
    # Three years of a first course are taken off the five of another one (L883), the second level is one of its own.
    changed = with_known_facts(PLAN, course("iscrizione università", 5), CHILD, paid)
    assert changed.extra["contributions_received"] == 2
    second_level = with_known_facts(PLAN, course("iscrizione università", 2), CHILD, paid)
    assert "contributions_received" not in second_level.extra
