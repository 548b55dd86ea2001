"""What a webhook says of a booking: what the facility's system needs to find it, and no name."""

from collections.abc import Mapping
from typing import Any, Final

from booking_api.domain.booking import Booking, StateChange
from booking_api.domain.booking_states import BookingState
from booking_api.domain.webhook import WebhookKind

S = BookingState

_KINDS: Final[Mapping[BookingState, WebhookKind]] = {
    S.AUTHORISED: WebhookKind.AUTHORISATION,
    S.CANCELLED: WebhookKind.CANCELLATION,
    S.EXPIRED: WebhookKind.CANCELLATION,
    S.REPLACED: WebhookKind.CANCELLATION,
}
_GRANTED: Final = frozenset({S.AUTHORISED, S.LETTER_SENT})


def kind_of(change: StateChange) -> WebhookKind | None:
    """Return what a change of state is to the facility; the end of what it never had granted is nothing."""
    kind = _KINDS.get(change.to_state)
    if kind is WebhookKind.CANCELLATION and change.from_state not in _GRANTED:
        return None
    return kind


def booking_data(booking: Booking, change: StateChange) -> dict[str, Any]:
    """Return the facts of a booking after a change, as they were at that moment."""
    granted = booking.granted
    return {
        "booking_id": str(booking.booking_id),
        "code": granted.code,
        "state": str(change.to_state),
        "service_code": booking.service.code,
        "doctor": booking.doctor,
        "appointment_at": booking.appointment_at.isoformat(),
        "price_cents": booking.price_cents,
        "fund_share_cents": granted.fund_share_cents,
        "member_share_cents": granted.member_share_cents,
        "replaced_by": str(booking.replaced_by) if booking.replaced_by else None,
    }
