"""Open a matter between a facility and the fund, and take it further."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from booking_api.domain.booking_states import BookingState
from booking_api.domain.company_name import check_name_change
from booking_api.domain.errors import FacilityNotFound, IntegrationForbidden, MatterFactsInvalid
from booking_api.domain.facility import Facility
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.matter import ACCEPTED, COUNTERED, OPEN, Matter, MatterKind, Side, open_matter
from booking_api.domain.review import check_reviewable
from booking_api.domain.settlement import may_ask_integration
from booking_api.domain.tariff import TariffLine, check_proposal, with_tariffs
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.grant_review import check_review_step, fund_share_of
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import rome_date
from kit.errors import FieldError
from kit.ids import new_id

DONE = frozenset({BookingState.CLOSED, BookingState.SETTLED})
ASKABLE = DONE | {BookingState.DISPENSED, BookingState.SUSPENDED}


async def ask_review(
    tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer, asked_cents: int, reason: str
) -> Matter:
    """Ask the fund to look again at what it settled at zero or in part.

    Raises: BookingNotFound, TransitionForbidden, ReviewForbidden.
    """
    booking = await tx.bookings.get(booking_id, viewer)
    if booking.state not in DONE:
        booking.require(BookingState.CLOSED)
    settled = await fund_share_of(tx, booking)
    check_reviewable(settled_cents=settled, asked_cents=asked_cents)
    if asked_cents > booking.price_cents:
        message = "Non si può chiedere più del prezzo della prenotazione"
        raise MatterFactsInvalid(message, errors=[FieldError("/asked_cents", "more_than_price", message)])
    facts = {"asked_cents": asked_cents, "settled_cents": settled}
    facility_id = booking.facility.facility_id
    return await _open(tx, MatterKind.REVIEW, facility_id, booking_id=booking_id, text=reason, facts=facts)


async def ask_integration(tx: BookingTransaction, *, booking_id: UUID, text: str, papers: Sequence[str]) -> Matter:
    """Ask a facility for what the fund still needs of a dispensed booking; its state stays.

    Raises: BookingNotFound, IntegrationForbidden.
    """
    booking = await tx.bookings.get(booking_id, Viewer())
    if not may_ask_integration(booking.state, ASKABLE):
        raise IntegrationForbidden("La prenotazione non è stata erogata: non c'è nulla da integrare")
    facts = {"papers": list(papers)}
    facility_id = booking.facility.facility_id
    return await _open(tx, MatterKind.INTEGRATION, facility_id, booking_id=booking_id, text=text, facts=facts)


async def report_defect(  # noqa: PLR0913 (one argument a field of the report)
    tx: BookingTransaction,
    *,
    viewer: Viewer,
    facility_id: UUID,
    about: str,
    booking_id: UUID | None,
    foreign_id: str | None,
    text: str,
) -> Matter:
    """Tell the fund what is wrong in its portal or in what it imported, with the booking where it is about one.

    Raises: BookingNotFound, MatterFactsInvalid for an imported booking that is none of the facility's.
    Source: FASCHIM e-mail, closing, "in base alle segnalazioni", "problematiche su qualche dato migrato".
    """
    if booking_id is not None:
        await tx.bookings.get(booking_id, viewer)
    if foreign_id is not None and not await tx.foreign.has(foreign_id, facility_id):
        message = "Nessuna prenotazione importata di questa struttura ha questo numero"
        raise MatterFactsInvalid(message, errors=[FieldError("/foreign_id", "unknown", message)])
    facts = {"about": about, "foreign_id": foreign_id}
    return await _open(tx, MatterKind.DEFECT, facility_id, booking_id=booking_id, text=text, facts=facts)


async def propose_tariff(
    tx: BookingTransaction,
    *,
    facility_id: UUID,
    lines: Sequence[TariffLine],
    effective_on: date,
    text: str,
    terms: FundTerms,
) -> Matter:
    """Propose prices that hold from a future day.

    Raises: FacilityNotFound, TariffInvalid.
    """
    await _facility(tx, facility_id)
    check_proposal(lines, effective_on, today=rome_date(tx.now), known=terms.services)
    return await _open(tx, MatterKind.TARIFF, facility_id, text=text, facts=offer_facts(lines, effective_on))


async def ask_name_change(
    tx: BookingTransaction, *, facility_id: UUID, new_name: str, effective_on: date, text: str, active: bool
) -> Matter:
    """Tell the fund of another company name; the fund makes the new position.

    Raises: FacilityNotFound, NameChangeTooEarly.
    """
    check_name_change(active=active)
    await _facility(tx, facility_id)
    facts = {"new_name": new_name, "effective_on": effective_on.isoformat()}
    return await _open(tx, MatterKind.COMPANY_NAME, facility_id, text=text, facts=facts)


async def step_matter(  # noqa: PLR0913 (one argument a part of the step)
    tx: BookingTransaction,
    *,
    matter_id: UUID,
    kind: MatterKind,
    facility_id: UUID | None,
    to: str,
    text: str,
    facts: Mapping[str, Any],
    terms: FundTerms,
) -> Matter:
    """Take a matter further, for the facility or (without `facility_id`) for the fund.

    Raises: MatterNotFound, MatterMoveForbidden, TariffInvalid, MatterFactsInvalid, SecondPersonNeeded.
    """
    matter = await tx.matters.lock(matter_id, kind, facility_id)
    side = Side.FUND if facility_id is None else Side.FACILITY
    moved = matter.moved(to, by=side, at=tx.now, actor=tx.context.actor, text=text, facts=facts)
    if kind is MatterKind.TARIFF:
        await _tariff_step(tx, moved, terms)
    elif kind is MatterKind.REVIEW:
        await check_review_step(tx, matter, moved)
    elif kind is MatterKind.COMPANY_NAME and to == ACCEPTED:
        moved = await _new_position(tx, moved)
    await tx.matters.save(moved)
    tx.audit("matter_moved", entity="matter", entity_id=matter_id, kind=str(kind), to=to, by=str(side))
    return moved


def offer_facts(lines: Sequence[TariffLine], effective_on: date) -> dict[str, Any]:
    """Return an offer as the facts of a matter."""
    rows = [{"service_code": line.service_code, "price_cents": line.price_cents} for line in lines]
    return {"effective_on": effective_on.isoformat(), "lines": rows}


async def _open(
    tx: BookingTransaction,
    kind: MatterKind,
    facility_id: UUID,
    *,
    text: str,
    facts: Mapping[str, Any],
    booking_id: UUID | None = None,
) -> Matter:
    matter = open_matter(
        new_id(),
        kind,
        facility_id,
        booking_id=booking_id,
        at=tx.now,
        actor=tx.context.actor,
        text=text,
        facts=facts,
    )
    await tx.matters.save(matter)
    tx.audit("matter_opened", entity="matter", entity_id=matter.matter_id, kind=str(kind), booking_id=str(booking_id))
    return matter


async def _facility(tx: BookingTransaction, facility_id: UUID) -> Facility:
    facility = await tx.facilities.get(facility_id)
    if facility is None:
        raise FacilityNotFound("La struttura non esiste")
    return facility


async def _tariff_step(tx: BookingTransaction, matter: Matter, terms: FundTerms) -> None:
    lines = [TariffLine(**line) for line in matter.facts["lines"]]
    effective_on = date.fromisoformat(matter.facts["effective_on"])
    if matter.state in {OPEN, COUNTERED, ACCEPTED}:
        # Also at the acceptance: a day that has passed meanwhile would change prices that were told to members.
        check_proposal(lines, effective_on, today=rome_date(tx.now), known=terms.services)
    if matter.state == ACCEPTED:
        facility = await _facility(tx, matter.facility_id)
        await tx.facilities.put(with_tariffs(facility, lines, effective_on))


async def _new_position(tx: BookingTransaction, matter: Matter) -> Matter:
    """Make the position of the new name beside the old one, which stays for its bookings and payments."""
    old = await _facility(tx, matter.facility_id)
    code = matter.facts.get("new_code")
    if not code:
        message = "Indica il codice convenzione della nuova posizione"
        raise MatterFactsInvalid(message, errors=[FieldError("/new_code", "required", message)])
    effective_on = date.fromisoformat(matter.facts["effective_on"])
    begins = old.participation.valid_from
    if not old.participation.covers(effective_on) or effective_on == begins:
        message = "In quel giorno la vecchia posizione non aderisce al fondo"
        raise MatterFactsInvalid(message, errors=[FieldError("/effective_on", "outside_participation", message)])
    before, after = old.participation.split_on(effective_on)
    new = replace(old, facility_id=new_id(), code=code, name=matter.facts["new_name"], participation=after)
    await tx.facilities.put(replace(old, participation=before))
    await tx.facilities.put(new)
    await tx.matters.link_positions(old.facility_id, new.facility_id, effective_on)
    return replace(matter, facts={**matter.facts, "new_facility_id": str(new.facility_id)})
