"""Which days of a version no other version covers."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules_svc.domain.periods import Period, uncovered

START = date(2027, 1, 1)
offsets = st.integers(0, 30)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(offsets)
    length = draw(st.one_of(st.none(), st.integers(1, 10)))
    return Period(START + timedelta(first), None if length is None else START + timedelta(first + length))


def covers(period: Period, day: date) -> bool:
    return period.first <= day and (period.until is None or day < period.until)


@given(whole=periods(), others=st.lists(periods(), max_size=5))
def test_gaps_are_the_days_that_nothing_else_covers(whole: Period, others: list[Period]) -> None:
    gaps = uncovered(whole, others)
    for day in (START + timedelta(offset) for offset in range(-1, 60)):
        lacking = covers(whole, day) and not any(covers(one, day) for one in others)
        assert any(covers(gap, day) for gap in gaps) is lacking
    ends = [(gap.first, gap.until) for gap in gaps]
    assert ends == sorted(ends, key=lambda pair: pair[0])
