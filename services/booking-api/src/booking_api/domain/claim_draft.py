"""The indirect claim that is left when the direct way was not: what is known of it already."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import UNDECIDED, BookingState
from booking_api.domain.errors import DirectWayOpen, IndirectNotCovered
from booking_api.domain.nomenclature import BookableService
from booking_api.domain.plan import PlanVersion

_OVER = frozenset({BookingState.NOT_AUTHORISED, BookingState.EXPIRED, BookingState.CANCELLED})


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """A claim but for its invoice, in the words of the plan's rules.

    Shapes: `tariff_code` is the row of the article's tariff, where it has one.
    """

    person_id: UUID
    article: str
    service: str
    provider_kind: str
    specialty: str | None
    tariff_code: str | None
    prescription_document_id: UUID | None


def is_left_to_claim(booking: Booking, plan: PlanVersion | None, *, at: datetime) -> bool:
    """Say whether the direct way is over, or was not confirmed by the appointment, and the plan covers the other one.

    Source: member guide, "non confermata entro la data di appuntamento fissata, potrai presentare la domanda di
    rimborso, se previsto"; reading A28.
    """
    return _is_over(booking, at=at) and plan is not None and plan.allows(booking.service.article, "indirect")


def draft_claim(
    booking: Booking, service: BookableService | None, plan: PlanVersion | None, *, at: datetime
) -> ClaimDraft:
    """Return the claim that the member may file.

    Raises: DirectWayOpen while the booking stands or was dispensed; IndirectNotCovered.
    """
    if not _is_over(booking, at=at):
        message = "La prenotazione è ancora valida in forma diretta: non serve una domanda di rimborso"
        raise DirectWayOpen(message, state=str(booking.state), expires_at=booking.expires_at.isoformat())
    if service is None or not is_left_to_claim(booking, plan, at=at):
        message = f"Il piano non prevede il rimborso indiretto per {booking.service.title_it}"
        raise IndirectNotCovered(message, article=booking.service.article)
    return ClaimDraft(
        person_id=booking.person_id,
        article=service.article,
        service=service.plan_name,
        provider_kind=service.provider_kind,
        specialty=service.specialty,
        tariff_code=service.tariff_code,
        prescription_document_id=booking.prescription_document_id,
    )


def _is_over(booking: Booking, *, at: datetime) -> bool:
    return booking.state in _OVER or (booking.state in UNDECIDED and at >= booking.expires_at)
