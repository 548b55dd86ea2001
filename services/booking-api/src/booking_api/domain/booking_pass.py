"""The pass: what a facility may read of an authorisation without asking the fund, in the QR symbol."""

from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.errors import LetterNotReady, PassEnded


def pass_claims(booking: Booking, *, fund: str) -> dict[str, str | int]:
    """Return what the fund signs; it says what was authorised, not what has happened since.

    Shapes: registered names of a JWT: `iss` the fund, `aud` the facility, `jti` the authorisation code; `svc` is the
    code of the service, `name` the patient.
    Units: `iat`, `exp`, `at` (the appointment) are seconds since 1970; `due` is the member's share in cents.
    """
    granted = booking.granted
    return {
        "iss": fund,
        "aud": str(booking.facility.facility_id),
        "jti": granted.code,
        "name": booking.person_name,
        "svc": booking.service.code,
        "at": int(booking.appointment_at.timestamp()),
        "due": granted.member_share_cents,
        "iat": int(granted.authorised_at.timestamp()),
        "exp": int(booking.expires_at.timestamp()),
    }


def check_pass(booking: Booking) -> None:
    """Refuse a pass before the letter and after the end: without the letter nothing is dispensed.

    Raises: LetterNotReady, PassEnded.
    Source: member guide, "Il documento PDF … è indispensabile per poter fruire della prestazione in modalità diretta".
    """
    if booking.state is BookingState.LETTER_SENT:
        return
    if booking.letter is not None or booking.authorisation is None:
        raise PassEnded("La prenotazione non dà diritto a un pass", state=str(booking.state))
    due_on = booking.authorisation.letter_due_on.isoformat()
    raise LetterNotReady("Il pass arriva con la lettera della quota a carico", due_on=due_on)
