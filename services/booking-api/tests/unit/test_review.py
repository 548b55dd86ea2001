import pytest

from booking_api.domain.errors import MatterFactsInvalid, SecondPersonNeeded
from booking_api.domain.review import check_granted, check_second_person


@pytest.mark.parametrize("granted", [None, 8_999, 9_000, 10_001])
def test_what_is_granted_is_more_than_settled_and_no_more_than_asked(granted: int | None):
    assert check_granted(10_000, settled_cents=9_000, asked_cents=10_000) == 10_000
    with pytest.raises(MatterFactsInvalid):
        check_granted(granted, settled_cents=9_000, asked_cents=10_000)


def test_another_person_grants_exactly_what_was_proposed():
    sums = {"proposed_cents": 9_500, "granted_cents": 9_500}
    check_second_person(proposed_by="operator:anna", granted_by="operator:giulia", **sums)
    with pytest.raises(SecondPersonNeeded):
        check_second_person(proposed_by="operator:anna", granted_by="operator:anna", **sums)
    with pytest.raises(MatterFactsInvalid):
        check_second_person(proposed_by="a", granted_by="b", proposed_cents=9_500, granted_cents=9_501)
