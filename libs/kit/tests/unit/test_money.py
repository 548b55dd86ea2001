import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.money import format_eur, parse_eur, round_half_up


@pytest.mark.parametrize(("numerator", "expected"), [(23075, 2308), (23074, 2307), (-23075, -2308), (0, 0)])
def test_rounds_half_away_from_zero(numerator: int, expected: int) -> None:
    assert round_half_up(numerator, 10) == expected


@given(st.integers(0, 10**11 - 1))
def test_reads_back_what_it_writes(cents: int) -> None:
    text = format_eur(cents).replace(".", "").replace(",", ".")
    assert parse_eur(text) == cents


@pytest.mark.parametrize("text", ["1.234", "-1", "1,50", "", "1e3", "١"])
def test_refuses_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_eur(text)


def test_writes_the_italian_way() -> None:
    assert format_eur(123456) == "1.234,56"
    assert format_eur(-5) == "-0,05"
