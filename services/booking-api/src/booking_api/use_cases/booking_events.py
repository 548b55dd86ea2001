"""Say in an event what has happened to a booking."""

from datetime import date
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.booking_import import ForeignBooking
from booking_api.domain.booking_item import total_cents
from booking_api.domain.errors import LetterNotReady
from booking_api.domain.events import (
    Beneficiary,
    BookingAuthorised,
    BookingCancelled,
    BookingClosed,
    BookingCorrected,
    BookingRefused,
    BookingRequested,
    BookingReviewGranted,
    DirectRequest,
    Provider,
    QuotaLetterReady,
    RequestItem,
)
from booking_api.domain.facility import Facility
from booking_api.domain.invoice import ProviderInvoice
from booking_api.domain.member import Patient
from booking_api.domain.nomenclature import BookableService
from kit.clock import rome_date


def requested(booking: Booking, patient: Patient, service: BookableService) -> BookingRequested:
    """Ask the plan's rules, with every fact that they need to decide now and to replay later."""
    person = patient.person
    beneficiary = Beneficiary(
        person.person_id, person.relation, person.birth_date, person.disabled_104, person.fiscally_dependent
    )
    request = _direct_request(booking, service)
    return BookingRequested(
        booking.booking_id, booking.member_id, patient.member, beneficiary, request, booking.revision
    )


def _direct_request(booking: Booking, service: BookableService) -> DirectRequest:
    given = booking.dispensed_items or booking.items
    coded = [RequestItem(service.article, one.tariff_code, one.quantity, one.amount_cents) for one in given]
    quantity = sum(one.quantity for one in given)
    return DirectRequest(
        mode="direct",
        article=service.article,
        expense_date=booking.appointment_on,
        received_on=rome_date(booking.requested_at),
        # The plan knows portal and paper; a phone call reaches the fund at once, as the portal does.
        channel="portal",
        amount_cents=total_cents(given),
        currency="EUR",
        quantity=quantity,
        items=tuple(coded) if all(one.code for one in coded) else (),
        ssn_ticket=False,
        stamp_duty_cents=0,
        other_fund_refund_cents=0,
        provider=Provider(service.provider_kind, service.specialty),
        service=service.plan_name,
        documents=booking.documents,
        extra=dict(service.agreed_facts),
    )


def authorised(booking: Booking) -> BookingAuthorised:
    """Tell the member that the fund takes the booking in charge."""
    granted = booking.granted
    return BookingAuthorised(
        booking_id=booking.booking_id,
        code=granted.code,
        member_id=booking.member_id,
        person_id=booking.person_id,
        person_name=booking.person_name,
        facility_id=booking.facility.facility_id,
        facility_name=booking.facility.name,
        facility_address=booking.facility.address,
        service_title=booking.service.title_it,
        appointment_at=booking.appointment_at,
        price_cents=booking.price_cents,
        fund_share_cents=granted.fund_share_cents,
        member_share_cents=granted.member_share_cents,
    )


def refused(booking: Booking) -> BookingRefused:
    """Tell the member why direct mode is not possible."""
    if booking.refusal is None:
        raise ValueError("the booking was not refused")
    return BookingRefused(
        booking_id=booking.booking_id,
        member_id=booking.member_id,
        person_name=booking.person_name,
        facility_name=booking.facility.name,
        service_title=booking.service.title_it,
        appointment_at=booking.appointment_at,
        reason=str(booking.refusal),
        last_day_in_time=None if booking.notice.in_time else booking.notice.last_day_in_time,
        reasons=booking.reasons,
    )


def letter_ready(booking: Booking) -> QuotaLetterReady:
    """Say where the quota letter lies.

    Raises: LetterNotReady.
    """
    if booking.letter is None:
        raise LetterNotReady("La lettera non è ancora stata emessa")
    granted = booking.granted
    return QuotaLetterReady(
        booking_id=booking.booking_id,
        code=granted.code,
        member_id=booking.member_id,
        person_name=booking.person_name,
        facility_name=booking.facility.name,
        facility_address=booking.facility.address,
        service_title=booking.service.title_it,
        appointment_at=booking.appointment_at,
        member_share_cents=granted.member_share_cents,
        document_key=booking.letter.document_key,
        document_sha256=booking.letter.document_sha256,
    )


def closed(booking: Booking, facility: Facility, invoice: ProviderInvoice) -> BookingClosed:
    """Say what the fund owes to the facility, on the account that the facility has now."""
    if booking.closed_on is None:
        raise ValueError("the booking is not closed")
    granted = booking.granted
    return BookingClosed(
        booking_id=booking.booking_id,
        code=granted.code,
        facility_id=facility.facility_id,
        facility_name=facility.name,
        facility_iban=facility.iban,
        member_id=booking.member_id,
        invoice_number=invoice.number,
        invoice_date=invoice.date,
        price_cents=booking.price_cents,
        fund_share_cents=granted.fund_share_cents,
        member_share_cents=granted.member_share_cents,
        closed_on=booking.closed_on,
        facility_vat_number=facility.vat_number,
    )


def imported(booking: ForeignBooking, facility: Facility, member_id: UUID, *, on: date) -> BookingClosed:
    """Say what the fund still owes for a booking that another system closed, with its frozen shares.

    Shapes: nothing was reserved for it here; its number there stands for the code and for a missing invoice.
    """
    if booking.booking_id is None:
        raise ValueError("the fund owes nothing for this booking")
    return BookingClosed(
        booking_id=booking.booking_id,
        code=booking.foreign_id,
        facility_id=facility.facility_id,
        facility_name=facility.name,
        facility_iban=facility.iban,
        member_id=member_id,
        invoice_number=booking.invoice_number or booking.foreign_id,
        invoice_date=booking.dispensed_on or booking.opened_on,
        price_cents=booking.fund_share_cents + booking.member_share_cents,
        fund_share_cents=booking.fund_share_cents,
        member_share_cents=booking.member_share_cents,
        closed_on=on,
        imported=True,
        facility_vat_number=facility.vat_number,
    )


def review_granted(
    booking: Booking, matter_id: UUID, *, previous_cents: int, granted_cents: int
) -> BookingReviewGranted:
    """Say what two persons granted beyond what the fund owes."""
    return BookingReviewGranted(
        matter_id=matter_id,
        booking_id=booking.booking_id,
        member_id=booking.member_id,
        person_id=booking.person_id,
        article=booking.service.article,
        previous_cents=previous_cents,
        granted_cents=granted_cents,
        delta_cents=granted_cents - previous_cents,
    )


def corrected(
    booking: Booking, facility: Facility, matter_id: UUID, *, previous_cents: int, payable_cents: int, on: date
) -> BookingCorrected:
    """Say what a review has granted beyond what the fund owed, on the account that the facility has now."""
    return BookingCorrected(
        booking_id=booking.booking_id,
        code=booking.granted.code,
        facility_id=facility.facility_id,
        facility_name=facility.name,
        facility_iban=facility.iban,
        member_id=booking.member_id,
        matter_id=matter_id,
        previous_cents=previous_cents,
        payable_cents=payable_cents,
        delta_cents=payable_cents - previous_cents,
        corrected_on=on,
    )


def released(booking: Booking, *, reason: str) -> BookingCancelled:
    """Say that the reservation is free again."""
    return BookingCancelled(
        booking_id=booking.booking_id,
        member_id=booking.member_id,
        cancelled_on=rome_date(booking.changes[-1].at),
        reason=reason,
    )
