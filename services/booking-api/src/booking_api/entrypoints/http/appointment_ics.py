"""An appointment as an event of a calendar (RFC 5545)."""

import re
from datetime import UTC, datetime

from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import OPEN, UNDECIDED, BookingState
from booking_api.domain.fund_terms import FundTerms
from booking_api.use_cases.read_booking import Appointment
from kit.money import format_eur

MEDIA_TYPE = "text/calendar"
_LINE_BYTES = 74


# What took place stays in the calendar.
_CALLED_OFF = frozenset({BookingState.NOT_AUTHORISED, BookingState.CANCELLED, BookingState.EXPIRED})


def appointment_ics(appointment: Appointment, terms: FundTerms, *, written_at: datetime) -> str:
    """Return one event; a calendar that holds it moves its entry, or takes it away where the booking ended.

    Source: RFC 5545, 3.8.4.7 (UID), 3.8.7.4 (SEQUENCE), 3.8.1.11 (STATUS).
    """
    booking = appointment.booking
    called_off = booking.state in _CALLED_OFF
    status = "TENTATIVE" if booking.state in UNDECIDED else "CANCELLED" if called_off else "CONFIRMED"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Mutua//Prenotazioni//IT",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{appointment.first_id}@mutua",
        f"SEQUENCE:{appointment.revision}",
        f"DTSTAMP:{_moment(written_at)}",
        f"DTSTART:{_moment(booking.appointment_at)}",
        f"STATUS:{status}",
        f"SUMMARY:{_text(booking.service.title_it)} – {_text(booking.person_name)}",
        f"LOCATION:{_text(f'{booking.facility.name}, {booking.facility.address}')}",
        f"DESCRIPTION:{_text(_description(booking, terms))}",
        *(_ALARM if booking.state in OPEN - UNDECIDED else ()),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


_ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P1D", "DESCRIPTION:Appuntamento domani", "END:VALARM")


def _description(booking: Booking, terms: FundTerms) -> str:
    parts = [terms.shown_state(booking).it]
    if booking.authorisation is not None:
        share = format_eur(booking.authorisation.member_share_cents)
        parts += [f"Codice {booking.authorisation.code}", f"In struttura paghi € {share}"]
    if booking.doctor:
        parts.append(f"Medico: {booking.doctor}")
    return "\n".join([*parts, "Porta la lettera, la prescrizione medica e la tessera sanitaria.", terms.contact_it])


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", words).replace("\n", "\\n")


def _folded(line: str) -> str:
    """Fold a line at 75 bytes, never inside a character."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > _LINE_BYTES:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
