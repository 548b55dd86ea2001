from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from booking_factories import NOW, PRICE, TERMS, facility, person, wish

from booking_api.domain.campaign import Campaign
from booking_api.domain.errors import BookingRejected, FacilityInvalid
from booking_api.domain.facility import AgreedService, Badge, Participation, check_facility
from booking_api.domain.wish import NetworkPlace, agree


def faults(
    *,
    of: dict[str, Any] | None = None,
    at: Any = ...,
    who: dict[str, Any] | None = None,
    campaign: Campaign | None = None,
) -> list[tuple[str, str]]:
    place = facility() if at is ... else at
    with pytest.raises(BookingRejected) as rejected:
        agree(
            wish(**(of or {})), person=person(**(who or {})), place=NetworkPlace(place, campaign), terms=TERMS, now=NOW
        )
    return [(fault.pointer, fault.rule) for fault in rejected.value.errors]


def test_the_price_of_the_day_of_the_appointment_counts():
    offer = agree(wish(), person=person(), place=NetworkPlace(facility()), terms=TERMS, now=NOW)
    assert (offer.price_cents, offer.service.article) == (PRICE, "3.6")


def test_an_appointment_in_the_past_is_refused():
    assert faults(of={"appointment_at": NOW}) == [("/appointment_at", "appointment_past")]
    assert faults(of={"appointment_at": datetime.min.replace(tzinfo=UTC)}) == [("/appointment_at", "appointment_past")]


def test_an_appointment_beyond_the_horizon_is_refused():
    assert faults(of={"appointment_at": NOW + timedelta(days=366)}) == [("/appointment_at", "appointment_too_far")]
    assert faults(of={"appointment_at": datetime.max.replace(tzinfo=UTC)}) == [
        ("/appointment_at", "appointment_too_far")
    ]


def test_a_facility_outside_the_network_is_refused():
    assert faults(at=None) == [("/facility_id", "unknown_facility")]


@pytest.mark.parametrize("code", ["VIS-ORTH", "NO-SUCH"])
def test_a_service_that_the_facility_does_not_offer_is_refused(code: str):
    assert faults(of={"service_code": code}) == [("/service_code", "service_not_offered")]


def test_a_day_without_agreed_price_is_refused():
    ended = facility(services=(AgreedService("VIS-CARD", PRICE, date(2026, 1, 1), date(2026, 12, 16)),))
    assert faults(at=ended) == [("/service_code", "no_agreed_price")]


def test_every_field_at_fault_is_named():
    found = faults(of={"doctor": "Nobody"}, at=facility(badge=Badge.YELLOW), who={"valid_to": date(2026, 12, 16)})
    assert found == [("/person_id", "not_in_family"), ("/doctor", "unknown_doctor")]
    assert faults(of={"already_agreed": False}, at=facility(badge=Badge.YELLOW)) == [
        ("/already_agreed", "ask_facility_first")
    ]


def test_a_green_facility_needs_no_agreement_before():
    asked = wish(already_agreed=False, doctor="elena moretti")
    assert agree(asked, person=person(), place=NetworkPlace(facility()), terms=TERMS, now=NOW).price_cents == PRICE


def check(known_campaigns: frozenset[str] = frozenset(), **changes: Any) -> None:
    check_facility(facility(**changes), services=frozenset(TERMS.services), campaigns=known_campaigns)


def test_overlapping_prices_and_unknown_services_are_refused():
    services = (
        AgreedService("VIS-CARD", 1, date(2026, 1, 1), None),
        AgreedService("VIS-CARD", 2, date(2026, 6, 1), None),
        AgreedService("NO-SUCH", 3, date(2026, 6, 1), date(2026, 6, 1)),
    )
    with pytest.raises(FacilityInvalid) as rejected:
        check(services=services)
    assert [(fault.pointer, fault.rule) for fault in rejected.value.errors] == [
        ("/services/2/service_code", "unknown_service"),
        ("/services/2/valid_to", "period_empty"),
        ("/services/1/valid_from", "prices_overlap"),
    ]


def test_prices_that_follow_each_other_are_accepted():
    check()


@pytest.mark.parametrize(
    ("participation", "rules"),
    [
        (Participation(date(2026, 12, 16), None), []),
        (Participation(date(2026, 12, 17), None), ["facility_not_taking_part"]),
        (Participation(None, date(2026, 12, 17)), []),
        (Participation(None, date(2026, 12, 16)), ["facility_not_taking_part"]),
        (Participation(direct=False), ["facility_indirect_only"]),
        (Participation(date(2027, 1, 1), direct=False), ["facility_not_taking_part", "facility_indirect_only"]),
    ],
)
def test_the_facility_takes_part_in_direct_mode_on_the_day_of_the_appointment(
    participation: Participation, rules: list[str]
):
    place = facility(participation=participation)
    if not rules:
        assert agree(wish(), person=person(), place=NetworkPlace(place), terms=TERMS, now=NOW).facility == place
        return
    assert faults(at=place) == [("/facility_id", rule) for rule in rules]


HEART = Campaign("CUORE-2026", "Cuore", "Heart", date(2026, 12, 1), date(2026, 12, 17), ("VIS-CARD", "VIS-ORTH"))


def test_an_appointment_of_a_campaign_is_in_its_time_at_its_facilities_and_of_its_services():
    asked, place = wish(campaign="CUORE-2026"), facility(campaigns=("CUORE-2026",))
    assert agree(asked, person=person(), place=NetworkPlace(place, HEART), terms=TERMS, now=NOW).facility == place
    of = {"campaign": "CUORE-2026"}
    assert faults(of=of) == [("/campaign", "unknown_campaign")]
    assert faults(of=of, campaign=HEART) == [("/facility_id", "facility_not_in_campaign")]
    ended = replace(HEART, valid_to=date(2026, 12, 16))
    assert faults(of=of, at=place, campaign=ended) == [("/appointment_at", "outside_campaign")]
    teeth = replace(HEART, services=("DEN-1001",))
    assert faults(of=of, at=place, campaign=teeth) == [("/service_code", "service_not_in_campaign")]


def test_unknown_campaigns_and_an_empty_participation_are_refused():
    with pytest.raises(FacilityInvalid) as rejected:
        check(frozenset({"A"}), participation=Participation(NOW.date(), NOW.date()), campaigns=("B",))
    assert [(fault.pointer, fault.rule) for fault in rejected.value.errors] == [
        ("/campaigns/0", "unknown_campaign"),
        ("/participation/valid_to", "period_empty"),
    ]
