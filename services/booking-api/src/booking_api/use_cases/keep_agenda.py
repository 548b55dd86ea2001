"""Keep the agenda of a facility: publish its slots for the weeks to come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from booking_api.domain.agenda import Agenda, Closure, Opening, check_times
from booking_api.domain.errors import AgendaNotFound, FacilityNotFound, SlotsInvalid
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.slot import check_offered
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import ROME, rome_date
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class AgendaWish:
    """What a facility says of its openings."""

    openings: tuple[Opening, ...]
    closures: tuple[Closure, ...]
    open_on_holidays: bool


@dataclass(frozen=True, slots=True)
class PublishedAgenda:
    """An agenda with how many slots it made, and how many it took away."""

    agenda: Agenda
    offered: int
    withdrawn: int


async def put_agenda(
    tx: BookingTransaction, *, facility_id: UUID, wish: AgendaWish, terms: FundTerms
) -> PublishedAgenda:
    """Make the slots from now to the fund's horizon those of the agenda; what is booked stays booked.

    Raises: FacilityNotFound, SlotsInvalid.
    """
    facility = await tx.facilities.get(facility_id)
    if facility is None:
        raise FacilityNotFound("La struttura non esiste")
    today = rome_date(tx.now)
    until = today + timedelta(days=terms.agenda_days)
    agenda = Agenda(facility_id, wish.openings, wish.closures, wish.open_on_holidays, until)
    times = agenda.times(today, until, after=tx.now, calendar=terms.calendar)
    check_times(times)
    window = {"starts_from": tx.now, "starts_before": _midnight(until + timedelta(days=1))}
    try:
        check_offered(times, facility, **window)
    except SlotsInvalid as invalid:
        raise _by_opening(invalid, wish.openings, [time.service_code for time in times]) from None
    withdrawn = await tx.slots.replace(facility_id, times, **window)
    await tx.slots.put_agenda(agenda)
    tx.audit("agenda_kept", entity="facility", entity_id=facility_id, offered=len(times), withdrawn=withdrawn)
    return PublishedAgenda(agenda, len(times), withdrawn)


async def read_agenda(tx: BookingTransaction, *, facility_id: UUID) -> Agenda:
    """Return the agenda of a facility.

    Raises: AgendaNotFound.
    """
    agenda = await tx.slots.agenda(facility_id)
    if agenda is None:
        raise AgendaNotFound("La struttura non ha un'agenda")
    return agenda


async def extend_agendas(tx: BookingTransaction, *, terms: FundTerms, limit: int) -> int:
    """Publish the days that have come within the horizon; return how many agendas have grown.

    Days that were published before are left alone: a facility may have changed them by hand since.
    """
    until = rome_date(tx.now) + timedelta(days=terms.agenda_days)
    agendas = await tx.slots.agendas_behind(until, limit=limit)
    for agenda in agendas:
        await _extend(tx, agenda, until, terms)
    return len(agendas)


async def _extend(tx: BookingTransaction, agenda: Agenda, until: date, terms: FundTerms) -> None:
    facility = await tx.facilities.get(agenda.facility_id)
    if facility is not None and facility.badge.bookable_online:
        first = agenda.published_until + timedelta(days=1)
        times = agenda.times(first, until, after=tx.now, calendar=terms.calendar)
        # What the facility no longer offers is not published; its agenda is for the facility to put right.
        await tx.slots.offer(agenda.facility_id, [one for one in times if facility.offers(one.service_code)])
    await tx.slots.put_agenda(replace(agenda, published_until=until))


def _by_opening(invalid: SlotsInvalid, openings: Sequence[Opening], codes: Sequence[str]) -> SlotsInvalid:
    """Name the openings at fault, where the check of slots has named each of their slots."""
    places = {fault.pointer.split("/")[2]: fault for fault in invalid.errors if fault.pointer.count("/") > 1}
    wrong = {codes[int(place)]: fault for place, fault in places.items()}
    named = [
        FieldError(f"/openings/{i}/{fault.pointer.rsplit('/', 1)[1]}", fault.rule, fault.message)
        for i, opening in enumerate(openings)
        if (fault := wrong.get(opening.service_code)) is not None
    ]
    return SlotsInvalid(invalid.message, errors=named or invalid.errors)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ROME)
