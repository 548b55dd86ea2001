"""Read bookings; every reading of a person's data leaves its audit row."""

from dataclasses import dataclass
from uuid import UUID

from booking_api.domain.authorisation_code import read_code
from booking_api.domain.booking import Booking, QuotaLetter, StateChange
from booking_api.domain.booking_pass import check_pass
from booking_api.domain.booking_states import OPEN
from booking_api.domain.claim_draft import ClaimDraft, draft_claim, is_left_to_claim
from booking_api.domain.errors import CodeNotFound, LetterNotReady
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.plan import PlanVersion
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.ports import BookingFilter, BookingTransaction
from kit.clock import rome_date
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class BookingDetail:
    """A booking with its history, and whether the indirect claim is what is left."""

    booking: Booking
    history: list[StateChange]
    indirect_possible: bool


async def read_booking(tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer) -> BookingDetail:
    """Return one booking with its history.

    Raises: BookingNotFound.
    """
    booking = await tx.bookings.get(booking_id, viewer)
    history = await tx.bookings.history(booking_id)
    tx.audit("booking_read", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return BookingDetail(booking, history, is_left_to_claim(booking, await _plan_of(tx, booking), at=tx.now))


async def prefill_claim(tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer, terms: FundTerms) -> ClaimDraft:
    """Return what is known of the indirect claim that is left of a booking.

    Raises: BookingNotFound, DirectWayOpen, IndirectNotCovered.
    """
    booking = await tx.bookings.get(booking_id, viewer)
    service = terms.services.get(booking.service.code)
    draft = draft_claim(booking, service, await _plan_of(tx, booking), at=tx.now)
    tx.audit("claim_drafted", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return draft


async def _plan_of(tx: BookingTransaction, booking: Booking) -> PlanVersion | None:
    return next((plan for plan in await tx.plans.versions() if plan.in_force_on(booking.appointment_on)), None)


async def list_bookings(tx: BookingTransaction, *, viewer: Viewer, wanted: BookingFilter) -> list[Booking]:
    """Return one page of bookings, newest first."""
    bookings = await tx.bookings.page(viewer, wanted)
    tx.audit(
        "bookings_listed",
        entity="booking",
        entity_id="*",
        person_id=wanted.person_id,
        count=len(bookings),
        bookings=[str(booking.booking_id) for booking in bookings],
    )
    return bookings


async def verify_code(tx: BookingTransaction, *, text: str, viewer: Viewer) -> Booking:
    """Return the facility's booking with a code that a member has shown.

    Raises: CodeNotFound.
    """
    code = read_code(text)
    if code is None:
        message = "Il codice ha la forma AUT-XXXX-XXXX"
        raise CodeNotFound(message, errors=[FieldError("/code", "code_malformed", message)])
    booking = await tx.bookings.by_code(code, viewer)
    tx.audit("code_verified", entity="booking", entity_id=booking.booking_id, person_id=booking.person_id)
    return booking


def is_dispensable(booking: Booking) -> bool:
    """Say whether a verified booking still stands."""
    return booking.state in OPEN


async def find_pass(tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer) -> Booking:
    """Return a booking whose pass may be shown.

    Raises: BookingNotFound, LetterNotReady with the day from which it is due, PassEnded.
    """
    booking = await tx.bookings.get(booking_id, viewer)
    check_pass(booking)
    tx.audit("pass_read", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return booking


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as a calendar keeps it: one entry, however often it was moved or rectified.

    Shapes: `first_id` is the booking that it began as, `booking` the one that stands now, `revision` grows with
    every change of any of them.
    """

    first_id: UUID
    revision: int
    booking: Booking


async def read_appointment(tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer) -> Appointment:
    """Return the appointment that a booking, or one that it replaced, is about.

    Raises: BookingNotFound.
    """
    await tx.bookings.get(booking_id, viewer)
    line = await tx.bookings.succession(booking_id)
    standing = await tx.bookings.get(line.last_id, viewer)
    tx.audit("appointment_read", entity="booking", entity_id=standing.booking_id, person_id=standing.person_id)
    return Appointment(line.first_id, line.changes - 1, standing)


async def find_letter(tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer) -> QuotaLetter:
    """Return where the quota letter of a booking lies.

    Raises: BookingNotFound, LetterNotReady with the day from which it is due.
    """
    booking = await tx.bookings.get(booking_id, viewer)
    if booking.letter is None:
        granted = booking.authorisation
        due_on = max(granted.letter_due_on, rome_date(tx.now)).isoformat() if granted else None
        raise LetterNotReady("La lettera con la quota a carico non è ancora stata emessa", due_on=due_on)
    tx.audit("quota_letter_read", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return booking.letter
