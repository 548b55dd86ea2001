"""Bookings as their readers see them."""

from collections.abc import Sequence

from booking_api.domain.booking import Booking, StateChange
from booking_api.domain.booking_import import ForeignBooking
from booking_api.domain.booking_item import BookedItem
from booking_api.domain.booking_states import OPEN, BookingState
from booking_api.domain.claim_draft import ClaimDraft
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.next_step import NEXT_STEPS
from booking_api.domain.prescription import is_prescription_advised
from booking_api.domain.viewer import Viewer
from booking_api.entrypoints.http.desk_schemas import ImportedBookingOut, PreviousBookingOut, VerifiedBookingOut
from booking_api.entrypoints.http.paper_schemas import ClaimDocument, ClaimDraftBody, ClaimDraftOut, ClaimProvider
from booking_api.entrypoints.http.schemas import (
    ActionOut,
    BookedFacilityOut,
    BookedServiceOut,
    BookingDetailOut,
    BookingOut,
    ClaimPrefill,
    DifferenceOut,
    IndirectClaimOffer,
    ItemOut,
    Label,
    LetterOut,
    NextOut,
    ReasonOut,
    StateChangeOut,
    StepOut,
    WarningOut,
)


def booking_out(booking: Booking, viewer: Viewer, terms: FundTerms, *, indirect_possible: bool = False) -> BookingOut:
    """Show a booking; a facility does not see why the fund decided as it did."""
    granted = booking.authorisation
    offer = _offer(booking) if indirect_possible and viewer.sees_explanation else None
    return BookingOut(
        booking_id=booking.booking_id,
        state=booking.state,
        state_label=_label(terms.shown_state(booking)),
        member_id=booking.member_id,
        person_id=booking.person_id,
        person_name=booking.person_name,
        facility=BookedFacilityOut.model_validate(booking.facility, from_attributes=True),
        service=BookedServiceOut.model_validate(booking.service, from_attributes=True),
        doctor=booking.doctor,
        appointment_at=booking.appointment_at,
        already_agreed=booking.already_agreed,
        channel=booking.channel,
        requested_at=booking.requested_at,
        expires_at=booking.expires_at,
        notice_days=booking.notice.days,
        last_day_in_time=booking.notice.last_day_in_time,
        first_possible_appointment=booking.notice.first_possible_appointment,
        reason=str(booking.refusal) if booking.refusal else None,
        reasons=[_reason(one) for one in booking.reasons] if viewer.sees_explanation else [],
        warnings=_warnings(booking),
        slot_id=booking.slot_id,
        replaces=booking.replaces,
        replaced_by=booking.replaced_by,
        renews=booking.renews,
        campaign=booking.campaign,
        code=granted.code if granted else None,
        price_cents=booking.price_cents,
        fund_share_cents=granted.fund_share_cents if granted else None,
        member_share_cents=granted.member_share_cents if granted else None,
        letter=_letter(booking),
        items=items_out(booking.items),
        arrived_at=booking.arrived_at,
        dispensed_on=booking.dispensed_on,
        dispensed_items=items_out(booking.dispensed_items),
        revision=booking.revision,
        differences=[DifferenceOut.model_validate(one, from_attributes=True) for one in booking.differences],
        closed_on=booking.closed_on,
        paid_on=booking.paid_on,
        variation_of=booking.variation_of,
        indirect_claim=offer,
        next=_next(booking, viewer, offer),
    )


def booking_detail_out(
    booking: Booking, history: list[StateChange], viewer: Viewer, terms: FundTerms, *, indirect_possible: bool
) -> BookingDetailOut:
    """Show a booking with its history."""
    shown = booking_out(booking, viewer, terms, indirect_possible=indirect_possible)
    steps = [StepOut.model_validate(one, from_attributes=True) for one in booking.steps]
    return BookingDetailOut(
        **dict(shown),
        phone=booking.phone,
        prescription_document_id=booking.prescription_document_id,
        decision_id=booking.decision_id,
        explanation=steps if viewer.sees_explanation else [],
        history=[_change(one, terms) for one in history],
    )


def items_out(items: tuple[BookedItem, ...]) -> list[ItemOut]:
    return [ItemOut.model_validate(one, from_attributes=True) for one in items]


def verified_booking_out(
    booking: Booking,
    terms: FundTerms,
    *,
    valid: bool,
    previous: Sequence[Booking] = (),
    imported: Sequence[ForeignBooking] = (),
) -> VerifiedBookingOut:
    """Show a verified code."""
    granted = booking.granted
    return VerifiedBookingOut(
        booking_id=booking.booking_id,
        code=granted.code,
        valid=valid,
        state=booking.state,
        state_label=_label(terms.shown_state(booking)),
        person_name=booking.person_name,
        service_code=booking.service.code,
        service_title=booking.service.title_it,
        doctor=booking.doctor,
        appointment_at=booking.appointment_at,
        price_cents=booking.price_cents,
        member_share_cents=granted.member_share_cents,
        items=items_out(booking.items),
        arrived_at=booking.arrived_at,
        prescription_on_file=bool(booking.documents),
        valid_until=booking.expires_at,
        previous=[
            PreviousBookingOut(
                booking_id=one.booking_id,
                code=one.granted.code,
                state=one.state,
                dispensed_on=one.dispensed_on,
                items=items_out(one.dispensed_items or one.items),
            )
            for one in previous
        ],
        previous_imported=[ImportedBookingOut.model_validate(one, from_attributes=True) for one in imported],
    )


def _label(words: object) -> Label:
    return Label.model_validate(words, from_attributes=True)


def _reason(reason: object) -> ReasonOut:
    return ReasonOut.model_validate(reason, from_attributes=True)


def _change(change: StateChange, terms: FundTerms) -> StateChangeOut:
    # Who inside the fund acted is for the audit, not for the reader: the kind of actor is enough.
    return StateChangeOut(
        at=change.at,
        from_state=change.from_state,
        to_state=change.to_state,
        label=_label(terms.state_labels[change.to_state]),
        by=change.actor.partition(":")[0],
        reason=change.reason,
    )


def _letter(booking: Booking) -> LetterOut | None:
    if booking.authorisation is None:
        return None
    letter = booking.letter
    return LetterOut(
        due_on=booking.authorisation.letter_due_on,
        issued_at=letter.issued_at if letter else None,
        href=f"/v1/bookings/{booking.booking_id}/letter" if letter else None,
        sha256=letter.document_sha256 if letter else None,
    )


def _offer(booking: Booking) -> IndirectClaimOffer:
    prefill = ClaimPrefill(
        person_id=booking.person_id, article=booking.service.article, service=booking.service.title_it
    )
    draft = f"/v1/bookings/{booking.booking_id}/claim-draft"
    return IndirectClaimOffer(href="/v1/cases", draft_href=draft, prefill=prefill)


def claim_draft_out(draft: ClaimDraft) -> ClaimDraftOut:
    """Show a draft in the form that the claims resource takes."""
    papers = [draft.prescription_document_id] if draft.prescription_document_id else []
    body = ClaimDraftBody(
        person_id=draft.person_id,
        article=draft.article,
        service=draft.service,
        provider=ClaimProvider(kind=draft.provider_kind, specialty=draft.specialty),
        documents=[ClaimDocument(document_id=one) for one in papers],
    )
    return ClaimDraftOut(body=body, tariff_code=draft.tariff_code)


def _warnings(booking: Booking) -> list[WarningOut]:
    """Advise what the guide advises; the rules of the plan ask for what they need."""
    if booking.state not in OPEN or not is_prescription_advised(booking.documents):
        return []
    # Source: member guide, "Si consiglia al Socio di allegare sempre la prescrizione medica".
    text_it = "Si consiglia di allegare la prescrizione medica; va comunque presentata in struttura."
    text_en = "We advise you to attach the prescription; it must be shown at the facility in any case."
    return [WarningOut(code="prescription_advised", text_it=text_it, text_en=text_en)]


def _desk_commands(booking: Booking) -> list[str]:
    if booking.state in {BookingState.DISPENSED, BookingState.SUSPENDED}:
        return ["dispensing"]
    return ["arrival", "dispense", "variations"] if BookingState.DISPENSED in booking.reachable else []


def _staff_commands(booking: Booking) -> list[str]:
    reachable, state = booking.reachable, booking.state
    commands = ["rectify"] if BookingState.REPLACED in reachable else []
    if state is BookingState.REFERRED or BookingState.REQUESTED in reachable:
        commands += ["confirm", "refuse"]
    return [*commands, "release"] if state is BookingState.SUSPENDED else commands


def _commands(booking: Booking, viewer: Viewer) -> list[str]:
    if viewer.facility_id is not None:
        return _desk_commands(booking)
    own = {"cancel": BookingState.CANCELLED, "reschedule": BookingState.REPLACED}
    commands = [name for name, state in own.items() if state in booking.reachable]
    if booking.authorisation is not None:
        commands.append("renew")
    return commands if viewer.member_id is not None else commands + _staff_commands(booking)


def _next(booking: Booking, viewer: Viewer, offer: IndirectClaimOffer | None) -> NextOut:
    here = f"/v1/bookings/{booking.booking_id}"
    actions = [
        ActionOut(name=name, method="PUT" if name == "dispensing" else "POST", href=f"{here}/{name}")
        for name in _commands(booking, viewer)
    ]
    if booking.letter is not None:
        actions.append(ActionOut(name="letter", method="GET", href=f"{here}/letter"))
    if booking.state is BookingState.LETTER_SENT and viewer.facility_id is None:
        actions.append(ActionOut(name="pass", method="GET", href=f"{here}/pass"))
    if offer is not None:
        actions.append(ActionOut(name="claim_indirect", method="POST", href=offer.href))
    step = NEXT_STEPS[booking.state]
    return NextOut(text_it=step.text_it, text_en=step.text_en, actions=actions)
