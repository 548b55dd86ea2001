from datetime import date

import pytest

from claims_api.domain.claim_states import ClaimState
from claims_api.domain.next_step import next_step


@pytest.mark.parametrize(
    ("settled_on", "due_on"),
    [
        (date(2026, 11, 2), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2027, 1, 30), date(2027, 2, 26)),  # a Saturday, after the last working day of January
    ],
)
def test_payment_day(settled_on: date, due_on: date) -> None:
    following = next_step(ClaimState.SETTLED, lapses_on=None, settled_on=settled_on)
    assert following is not None
    assert following.due_on == due_on


def test_the_end_expects_nothing() -> None:
    for state in (ClaimState.PAID, ClaimState.REJECTED, ClaimState.WITHDRAWN):
        assert next_step(state, lapses_on=None, settled_on=None) is None
    waiting = next_step(ClaimState.SUSPENDED, lapses_on=date(2027, 1, 1), settled_on=None)
    assert waiting is not None
    assert waiting.due_on == date(2027, 1, 1)
