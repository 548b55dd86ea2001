"""An appointment as an event of a calendar (RFC 5545)."""

import re
from datetime import UTC, datetime

from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import OPEN, UNDECIDED
from booking_api.domain.fund_terms import FundTerms
from kit.money import format_eur

MEDIA_TYPE = "text/calendar"
_LINE_BYTES = 74


def appointment_ics(booking: Booking, terms: FundTerms, *, written_at: datetime) -> str:
    """Return one event; a booking that ended cancels the event that a calendar may hold."""
    status = "TENTATIVE" if booking.state in UNDECIDED else "CONFIRMED" if booking.state in OPEN else "CANCELLED"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Mutua//Prenotazioni//IT",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{booking.booking_id}@mutua",
        f"DTSTAMP:{_moment(written_at)}",
        f"DTSTART:{_moment(booking.appointment_at)}",
        f"STATUS:{status}",
        f"SUMMARY:{_text(booking.service.title_it)} – {_text(booking.person_name)}",
        f"LOCATION:{_text(f'{booking.facility.name}, {booking.facility.address}')}",
        f"DESCRIPTION:{_text(_description(booking, terms))}",
        *(_ALARM if status == "CONFIRMED" else ()),
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
