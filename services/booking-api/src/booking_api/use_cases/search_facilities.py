"""Search the network, with what the member would pay at each facility."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from booking_api.domain.campaign import Campaign
from booking_api.domain.errors import CampaignUnknown
from booking_api.domain.facility_search import FacilitySearch, FoundFacility, Sort
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.nomenclature import BookableService
from booking_api.domain.notice import first_possible_appointment
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.ports import BookingTransaction, PriceToQuote, QuoteQuestion, Share
from kit.clock import ROME, rome_date
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What the network has, and whom the shares are to be asked for."""

    found: Sequence[FoundFacility]
    person_id: UUID | None
    today: date
    first_possible_appointment: date | None


async def search_facilities(
    tx: BookingTransaction, *, wanted: FacilitySearch, person_id: UUID | None, viewer: Viewer, terms: FundTerms
) -> SearchResult:
    """Return one page (and one more) of facilities; the shares are for the person, or for the member who asks.

    The slots begin on the first day for which a request of today is in time.

    Raises: PersonNotFound when the person is not of the member's family; CampaignUnknown.
    """
    if viewer.facility_id is not None:
        person_id = None  # a facility has no business with what a person would pay elsewhere
    elif person_id is not None:
        await tx.members.patient(person_id, viewer)
    elif viewer.member_id is not None:
        person_id = await tx.members.own_person(viewer.member_id)
    if wanted.campaign is not None:
        wanted = _of_campaign(wanted, await tx.campaigns.get(wanted.campaign))
    first = await _first_possible(tx, wanted, terms)
    if first is not None and wanted.window is not None:
        starts = max(wanted.window.starts_from, datetime.combine(first, time(), tzinfo=ROME))
        wanted = replace(wanted, window=replace(wanted.window, starts_from=starts))
    return SearchResult(await tx.facilities.search(wanted), person_id, rome_date(tx.now), first)


def _of_campaign(wanted: FacilitySearch, campaign: Campaign | None) -> FacilitySearch:
    """Narrow a search to the services and the days of its campaign."""
    if campaign is None:
        message = "Campagna sconosciuta"
        raise CampaignUnknown(message, errors=[FieldError("/query/campaign", "unknown_campaign", message)])
    asked = (wanted.service_code,) if wanted.service_code else campaign.services
    of_type = asked if wanted.service_codes is None else wanted.service_codes
    offered = tuple(one for one in asked if one in campaign.services and one in of_type)
    window = wanted.window
    if window is not None:
        starts, ends = (datetime.combine(day, time(), tzinfo=ROME) for day in (campaign.valid_from, campaign.valid_to))
        starts_from, starts_before = max(window.starts_from, starts), min(window.starts_before, ends)
        window = replace(window, starts_from=starts_from, starts_before=starts_before)
    return replace(wanted, service_codes=offered, window=window)


async def _first_possible(tx: BookingTransaction, wanted: FacilitySearch, terms: FundTerms) -> date | None:
    """Return the day by the plan of today; None without a service, or while no plan says so."""
    today = rome_date(tx.now)
    service = terms.services[wanted.service_code] if wanted.service_code else None
    plan = next((one for one in await tx.plans.versions() if one.in_force_on(today)), None) if service else None
    if service is None or plan is None or not plan.names_notice_of(service.service_class):
        return None
    return first_possible_appointment(today, plan.notice_for(service.service_class), terms.calendar)


def question_of(
    shown: Sequence[FoundFacility], *, service: BookableService, person_id: UUID, today: date
) -> QuoteQuestion:
    """Return the one question that all facilities of a page make: equal prices on equal days are asked once."""
    prices = dict.fromkeys(_price_of(one, today) for one in shown)
    return QuoteQuestion(person_id, service, [one for one in prices if one is not None])


def share_of(one: FoundFacility, shares: Mapping[str, Share], *, today: date) -> Share | None:
    """Return the share at one facility."""
    price = _price_of(one, today)
    return shares.get(price.key) if price else None


def in_order(
    shown: Sequence[FoundFacility], shares: Mapping[str, Share], *, sort: Sort, today: date
) -> list[FoundFacility]:
    """Return the facilities of a page by share where that is the order; what nothing covers comes last."""
    if sort is not Sort.SHARE:
        return list(shown)

    def own(one: FoundFacility) -> tuple[bool, int]:
        share = share_of(one, shares, today=today)
        cents = share.member_share_cents if share else None
        return cents is None, cents or 0

    return sorted(shown, key=own)


def _price_of(one: FoundFacility, today: date) -> PriceToQuote | None:
    if one.price_cents is None or not one.facility.participation.direct:
        return None
    day = rome_date(one.slots[0].time.starts_at) if one.slots else today
    return PriceToQuote(f"{one.price_cents}:{day}", one.price_cents, day)
