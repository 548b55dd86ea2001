import pytest
from hypothesis import given
from hypothesis import strategies as st

from payout_svc.domain.sepa_text import is_sepa_text, sepa_amount, sepa_reference, sepa_text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Niccolò D’Àndrea", "Niccolo D'Andrea"),
        ("Müller & Söhne", "Muller + Sohne"),
        ("  due   spazi ", "due spazi"),
        ("Łukasz Đorđe ß", "Lukasz Dorde ss"),
        ("Анна", "...."),
        ("a\u00a0b", "a b"),
    ],
)
def test_what_is_written(text: str, written: str) -> None:
    assert sepa_text(text, 70) == written


@given(st.text(max_size=200), st.integers(1, 140))
def test_any_text_stays_in_the_set_and_length(text: str, length: int) -> None:
    written = sepa_text(text, length)
    assert is_sepa_text(written)
    assert len(written) <= length
    assert sepa_text(written, length) == written


@pytest.mark.parametrize("text", ["", "a" * 36, "/a", "a/", "a//b", "è"])
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        sepa_reference(text)


@pytest.mark.parametrize(("cents", "text"), [(1, "0.01"), (5001, "50.01"), (99_999_999_999, "999999999.99")])
def test_amounts(cents: int, text: str) -> None:
    assert sepa_amount(cents) == text


@pytest.mark.parametrize("cents", [0, -1, 100_000_000_000])
def test_amounts_outside_the_scheme(cents: int) -> None:
    with pytest.raises(ValueError, match="amount"):
        sepa_amount(cents)
