"""Register a facility of the network, or bring its data up to date."""

from dataclasses import replace
from operator import attrgetter

from booking_api.domain.errors import FacilityCodeTaken
from booking_api.domain.facility import Facility, check_facility
from booking_api.domain.fund_terms import FundTerms
from booking_api.use_cases.ports import BookingTransaction
from kit.errors import FieldError


async def register_facility(
    tx: BookingTransaction, *, facility: Facility, id_given: bool, terms: FundTerms
) -> Facility:
    """Write a facility under its code; the same data again change nothing.

    Bookings keep the price of the day on which they were made.

    Raises: FacilityInvalid, FacilityCodeTaken.
    """
    campaigns = frozenset(one.code for one in await tx.campaigns.all()) if facility.campaigns else frozenset[str]()
    check_facility(facility, services=frozenset(terms.services), campaigns=campaigns)
    facility = in_order(facility)
    known = await tx.facilities.by_code(facility.code)
    if known is not None:
        if id_given and known.facility_id != facility.facility_id:
            fault = FieldError("/facility_id", "id_differs", "Il codice appartiene a una struttura con altro id")
            raise FacilityCodeTaken(fault.message, errors=[fault])
        facility = facility.known_as(known)
        if facility == known:
            return known
    await tx.facilities.put(facility)
    tx.audit("facility_registered", entity="facility", entity_id=facility.facility_id, code=facility.code)
    return facility


def in_order(facility: Facility) -> Facility:
    """Return a facility with its services as its store returns them."""
    services = tuple(sorted(facility.services, key=attrgetter("service_code", "valid_from")))
    return replace(facility, services=services, campaigns=tuple(sorted(set(facility.campaigns))))
