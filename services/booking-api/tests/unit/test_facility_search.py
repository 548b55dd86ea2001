from uuid import uuid4

import pytest

from booking_api.domain.facility_search import INNER_PART, FacilitySearch, Near, Sort, haversine_of

NEAR = Near(45.46, 9.19, 25_000)


def test_the_nearest_are_looked_for_in_an_inner_circle_first():
    wanted = FacilitySearch(Sort.DISTANCE, near=NEAR, service_code="VIS-CARD")
    nearby = wanted.nearby
    assert nearby is not None
    assert nearby.near is not None
    assert (nearby.near.radius_metres, nearby.service_code) == (25_000 // INNER_PART, "VIS-CARD")


@pytest.mark.parametrize("sort", [one for one in Sort if one is not Sort.DISTANCE])
def test_no_other_order_is_decided_by_the_inner_circle(sort: Sort):
    assert FacilitySearch(sort, near=NEAR).nearby is None


def test_a_page_that_begins_outside_the_inner_circle_does_not_look_into_it():
    edge = haversine_of(25_000 // INNER_PART)
    assert FacilitySearch(Sort.DISTANCE, near=NEAR, after=(edge, uuid4())).nearby is None
    assert FacilitySearch(Sort.DISTANCE, near=NEAR, after=(edge * 0.99, uuid4())).nearby is not None
