"""Bookings as rows: the one place that knows which column holds what."""

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from booking_api.domain.booking import (
    Authorisation,
    BookedFacility,
    BookedService,
    Booking,
    QuotaLetter,
    Refusal,
    StateChange,
)
from booking_api.domain.booking_item import BookedItem
from booking_api.domain.booking_states import BookingState
from booking_api.domain.decision import Reason, Step
from booking_api.domain.invoice import Difference
from booking_api.domain.notice import Notice
from booking_api.domain.search_words import surname_key

_reasons = TypeAdapter(tuple[Reason, ...])
_steps = TypeAdapter(tuple[Step, ...])
_items = TypeAdapter(tuple[BookedItem, ...])
_differences = TypeAdapter(tuple[Difference, ...])


def new_row(booking: Booking, fund: str) -> dict[str, Any]:
    """Return the whole row of a new booking."""
    return {
        "booking_id": booking.booking_id,
        "fund": fund,
        "member_id": booking.member_id,
        "person_id": booking.person_id,
        "person_name": booking.person_name,
        "surname_key": surname_key(booking.surname),
        "facility_id": booking.facility.facility_id,
        "facility_name": booking.facility.name,
        "facility_address": booking.facility.address,
        "service_code": booking.service.code,
        "service_title_it": booking.service.title_it,
        "service_title_en": booking.service.title_en,
        "article": booking.service.article,
        "doctor": booking.doctor,
        "appointment_at": booking.appointment_at,
        "phone": booking.phone,
        "prescription_document_id": booking.prescription_document_id,
        "already_agreed": booking.already_agreed,
        "channel": booking.channel,
        "requested_at": booking.requested_at,
        "notice_days": booking.notice.days,
        "in_time": booking.notice.in_time,
        "last_day_in_time": booking.notice.last_day_in_time,
        "first_possible_appointment": booking.notice.first_possible_appointment,
        "replaces": booking.replaces,
        "slot_id": booking.slot_id,
        "variation_of": booking.variation_of,
        "renews": booking.renews,
        "campaign": booking.campaign,
        "items": _items.dump_python(booking.items, mode="json"),
    } | changing_values(booking)


def changing_values(booking: Booking) -> dict[str, Any]:
    """Return the columns that change during a booking's life."""
    granted, letter = booking.authorisation, booking.letter
    return {
        "state": str(booking.state),
        "price_cents": booking.price_cents,
        "expires_at": booking.expires_at,
        "refusal": str(booking.refusal) if booking.refusal else None,
        "decision_id": booking.decision_id,
        "reasons": _reasons.dump_python(booking.reasons, mode="json"),
        "steps": _steps.dump_python(booking.steps, mode="json"),
        "code": granted.code if granted else None,
        "fund_share_cents": granted.fund_share_cents if granted else None,
        "member_share_cents": granted.member_share_cents if granted else None,
        "authorised_at": granted.authorised_at if granted else None,
        "letter_due_on": granted.letter_due_on if granted else None,
        "letter_key": letter.document_key if letter else None,
        "letter_sha256": letter.document_sha256 if letter else None,
        "letter_issued_at": letter.issued_at if letter else None,
        "dispensed_on": booking.dispensed_on,
        "closed_on": booking.closed_on,
        "checked_documents": list(booking.checked_documents),
        "replaced_by": booking.replaced_by,
        "dispensed_items": _items.dump_python(booking.dispensed_items, mode="json"),
        "revision": booking.revision,
        "decided_revision": booking.decided_revision,
        "differences": _differences.dump_python(booking.differences, mode="json"),
        "arrived_at": booking.arrived_at,
        "paid_on": booking.paid_on,
    }


def booking_of(row: RowMapping) -> Booking:
    """Return the booking of a row."""
    return Booking(
        booking_id=row["booking_id"],
        member_id=row["member_id"],
        person_id=row["person_id"],
        person_name=row["person_name"],
        facility=BookedFacility(row["facility_id"], row["facility_name"], row["facility_address"]),
        service=BookedService(row["service_code"], row["service_title_it"], row["service_title_en"], row["article"]),
        doctor=row["doctor"],
        appointment_at=row["appointment_at"],
        phone=row["phone"],
        prescription_document_id=row["prescription_document_id"],
        already_agreed=row["already_agreed"],
        channel=row["channel"],
        requested_at=row["requested_at"],
        price_cents=row["price_cents"],
        notice=Notice(row["notice_days"], row["in_time"], row["last_day_in_time"], row["first_possible_appointment"]),
        state=BookingState(row["state"]),
        expires_at=row["expires_at"],
        refusal=Refusal(row["refusal"]) if row["refusal"] else None,
        decision_id=row["decision_id"],
        reasons=_reasons.validate_python(row["reasons"]),
        steps=_steps.validate_python(row["steps"]),
        authorisation=_authorisation_of(row),
        letter=_letter_of(row),
        dispensed_on=row["dispensed_on"],
        closed_on=row["closed_on"],
        checked_documents=tuple(row["checked_documents"]),
        replaces=row["replaces"],
        replaced_by=row["replaced_by"],
        slot_id=row["slot_id"],
        renews=row["renews"],
        paid_on=row["paid_on"],
        items=_items.validate_python(row["items"]) or (_only_item(row),),
        dispensed_items=_items.validate_python(row["dispensed_items"]),
        revision=row["revision"],
        decided_revision=row["decided_revision"],
        differences=_differences.validate_python(row["differences"]),
        arrived_at=row["arrived_at"],
        variation_of=row["variation_of"],
        campaign=row["campaign"],
    )


def _only_item(row: RowMapping) -> BookedItem:
    """Return the one service of a booking that was made before bookings had items."""
    return BookedItem(row["service_code"], None, row["service_title_it"], 1, row["price_cents"])


def _authorisation_of(row: RowMapping) -> Authorisation | None:
    if row["code"] is None:
        return None
    return Authorisation(
        code=row["code"],
        fund_share_cents=row["fund_share_cents"],
        member_share_cents=row["member_share_cents"],
        authorised_at=row["authorised_at"],
        letter_due_on=row["letter_due_on"],
    )


def _letter_of(row: RowMapping) -> QuotaLetter | None:
    if row["letter_key"] is None:
        return None
    return QuotaLetter(row["letter_key"], row["letter_sha256"], row["letter_issued_at"])


def change_rows(booking: Booking, fund: str) -> list[dict[str, Any]]:
    """Return the history rows of the changes since the booking was loaded."""
    return [
        {
            "fund": fund,
            "booking_id": booking.booking_id,
            "at": change.at,
            "from_state": str(change.from_state) if change.from_state else None,
            "to_state": str(change.to_state),
            "actor": change.actor,
            "reason": str(change.reason) if change.reason else None,
        }
        for change in booking.changes
    ]


def change_of(row: RowMapping) -> StateChange:
    """Return the change of state of a history row."""
    came_from = BookingState(row["from_state"]) if row["from_state"] else None
    return StateChange(row["at"], came_from, BookingState(row["to_state"]), row["actor"], row["reason"])
