"""Bookings as their readers see them."""

from booking_api.domain.booking import Booking, StateChange
from booking_api.domain.booking_states import LABELS_EN, LABELS_IT, OPEN, BookingState
from booking_api.domain.next_step import NEXT_STEPS
from booking_api.domain.viewer import Viewer
from booking_api.entrypoints.http.schemas import (
    ActionOut,
    BookedFacilityOut,
    BookedServiceOut,
    BookingDetailOut,
    BookingOut,
    ClaimPrefill,
    IndirectClaimOffer,
    Label,
    LetterOut,
    NextOut,
    ReasonOut,
    StateChangeOut,
    StepOut,
    VerifiedBookingOut,
    WarningOut,
)

# A booking that ended here leaves the member with the indirect way.
_OVER = frozenset({BookingState.NOT_AUTHORISED, BookingState.EXPIRED})


def label(state: BookingState) -> Label:
    return Label(it=LABELS_IT[state], en=LABELS_EN[state])


def booking_out(booking: Booking, viewer: Viewer, *, indirect_possible: bool = False) -> BookingOut:
    """Show a booking; a facility does not see why the fund decided as it did."""
    granted = booking.authorisation
    offer = _offer(booking) if indirect_possible and booking.state in _OVER and viewer.sees_explanation else None
    return BookingOut(
        booking_id=booking.booking_id,
        state=booking.state,
        state_label=label(booking.state),
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
        code=granted.code if granted else None,
        price_cents=booking.price_cents,
        fund_share_cents=granted.fund_share_cents if granted else None,
        member_share_cents=granted.member_share_cents if granted else None,
        letter=_letter(booking),
        dispensed_on=booking.dispensed_on,
        closed_on=booking.closed_on,
        indirect_claim=offer,
        next=_next(booking, viewer, offer),
    )


def booking_detail_out(
    booking: Booking, history: list[StateChange], viewer: Viewer, *, indirect_possible: bool
) -> BookingDetailOut:
    """Show a booking with its history."""
    shown = booking_out(booking, viewer, indirect_possible=indirect_possible)
    steps = [StepOut.model_validate(one, from_attributes=True) for one in booking.steps]
    return BookingDetailOut(
        **dict(shown),
        phone=booking.phone,
        prescription_document_id=booking.prescription_document_id,
        decision_id=booking.decision_id,
        explanation=steps if viewer.sees_explanation else [],
        history=[_change(one) for one in history],
    )


def verified_booking_out(booking: Booking, *, valid: bool) -> VerifiedBookingOut:
    """Show a verified code."""
    granted = booking.granted
    return VerifiedBookingOut(
        booking_id=booking.booking_id,
        code=granted.code,
        valid=valid,
        state=booking.state,
        state_label=label(booking.state),
        person_name=booking.person_name,
        service_code=booking.service.code,
        service_title=booking.service.title_it,
        doctor=booking.doctor,
        appointment_at=booking.appointment_at,
        price_cents=booking.price_cents,
        member_share_cents=granted.member_share_cents,
    )


def _reason(reason: object) -> ReasonOut:
    return ReasonOut.model_validate(reason, from_attributes=True)


def _change(change: StateChange) -> StateChangeOut:
    # Who inside the fund acted is for the audit, not for the reader: the kind of actor is enough.
    return StateChangeOut(
        at=change.at,
        from_state=change.from_state,
        to_state=change.to_state,
        label=label(change.to_state),
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
    return IndirectClaimOffer(href="/v1/cases", prefill=prefill)


def _warnings(booking: Booking) -> list[WarningOut]:
    """Advise what the guide advises; the rules of the plan ask for what they need."""
    if booking.documents or booking.state not in OPEN:
        return []
    # Source: member guide, "Si consiglia al Socio di allegare sempre la prescrizione medica".
    text_it = "Si consiglia di allegare la prescrizione medica; va comunque presentata in struttura."
    text_en = "We advise you to attach the prescription; it must be shown at the facility in any case."
    return [WarningOut(code="prescription_advised", text_it=text_it, text_en=text_en)]


def _commands(booking: Booking, viewer: Viewer) -> list[str]:
    reachable, state = booking.reachable, booking.state
    if viewer.facility_id is not None:
        return ["dispense"] if BookingState.DISPENSED in reachable else []
    commands = []
    if BookingState.CANCELLED in reachable:
        commands.append("cancel")
    if BookingState.REPLACED in reachable:
        commands.append("reschedule")
    if viewer.member_id is None:
        if BookingState.REPLACED in reachable:
            commands.append("rectify")
        if state is BookingState.REFERRED or BookingState.REQUESTED in reachable:
            commands += ["confirm", "refuse"]
    return commands


def _next(booking: Booking, viewer: Viewer, offer: IndirectClaimOffer | None) -> NextOut:
    here = f"/v1/bookings/{booking.booking_id}"
    actions = [ActionOut(name=name, method="POST", href=f"{here}/{name}") for name in _commands(booking, viewer)]
    if booking.letter is not None:
        actions.append(ActionOut(name="letter", method="GET", href=f"{here}/letter"))
    if offer is not None:
        actions.append(ActionOut(name="claim_indirect", method="POST", href=offer.href))
    step = NEXT_STEPS[booking.state]
    return NextOut(text_it=step.text_it, text_en=step.text_en, actions=actions)
