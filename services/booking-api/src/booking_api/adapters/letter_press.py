"""Print quota letters: typst, PDF/A-2a and PDF/UA-1, the same bytes for the same booking."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import segno
import typst

from booking_api.domain.booking import Booking
from kit.clock import ROME
from kit.money import format_eur

TEMPLATE = Path(__file__).parent / "letters" / "quota_letter.typ"

_LONG_AMOUNT_CENTS = 1_000_000
_DAYS_IT = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_IT = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# Source: member guide, "La prescrizione dovrà essere comunque presentata all'accettazione della Struttura".
_BRING = (
    {"it": "Questa lettera, su carta o sul telefono", "en": "this letter, on paper or on the phone"},
    {"it": "La prescrizione medica", "en": "the doctor’s prescription"},
    {"it": "Tessera sanitaria e documento d’identità", "en": "health card and identity document"},
)
_FACILITY_NOTE_IT = (
    "Verificate il codice prima della prestazione. L’assistito paga solo la sua quota; il fondo bonifica la propria "
    "dopo l’erogazione, su fattura pari al prezzo concordato."
)
_FACILITY_NOTE_EN = (
    "Verify the code before the service. The patient pays only their share; the fund transfers its own after "
    "dispensing, on an invoice for the agreed price."
)


class TypstLetterPress:
    """Set letters in the worker process; the API never does."""

    def __init__(self) -> None:
        self._compiler = typst.Compiler(str(TEMPLATE), ignore_system_fonts=True)
        self._one_at_a_time = asyncio.Lock()

    async def print_letter(self, booking: Booking, *, fund_name: str, contact_it: str, contact_en: str) -> bytes:
        """Return the PDF of an authorised booking."""
        data = letter_data(booking) | {
            "fund_name": fund_name,
            "contact_it": contact_it,
            "contact_en": contact_en,
            "title": f"{fund_name} – lettera di autorizzazione {booking.granted.code}",
        }
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._set, data, booking)

    def _set(self, data: dict[str, Any], booking: Booking) -> bytes:
        pdf = self._compiler.compile(
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
            # A moment of the booking's, not of the printing: a second printing must give the same bytes.
            timestamp=booking.granted.authorised_at.replace(microsecond=0),
            pdf_standards=["a-2a", "ua-1"],
        )
        if not isinstance(pdf, bytes):
            raise TypeError("typst gave no single document")
        return pdf


def letter_data(booking: Booking) -> dict[str, Any]:
    """Return everything of a booking that the template shows, as text."""
    granted = booking.granted
    at = booking.appointment_at.astimezone(ROME)
    day, month = at.weekday(), at.month - 1
    return {
        "code": granted.code,
        "qr_svg": qr_svg(granted.code),
        "person_name": booking.person_name,
        "member_share": format_eur(granted.member_share_cents),
        # A share of ten thousand euro and more must still stand beside the QR symbol.
        "share_size": 44 if granted.member_share_cents >= _LONG_AMOUNT_CENTS else 58,
        "fund_share": format_eur(granted.fund_share_cents),
        "price": format_eur(booking.price_cents),
        "day_it": f"{_DAYS_IT[day]} {at.day} {_MONTHS_IT[month]} {at.year}",
        "day_en": f"{_DAYS_EN[day]} {at.day} {_MONTHS_EN[month]} {at.year}",
        "time": f"{at:%H:%M}",
        "service_it": booking.service.title_it,
        "service_en": booking.service.title_en,
        "doctor": booking.doctor,
        "facility_name": booking.facility.name,
        "facility_address": booking.facility.address,
        "authorised_on": f"{granted.authorised_at.astimezone(ROME):%d/%m/%Y}",
        "bring": _BRING,
        "facility_note_it": _FACILITY_NOTE_IT,
        "facility_note_en": _FACILITY_NOTE_EN,
    }


def qr_svg(code: str) -> str:
    """Return the QR symbol of a code, which a desk scanner types as it is."""
    out = io.BytesIO()
    segno.make(code, error="q", micro=False).save(out, kind="svg", border=0, dark="#1b2a33", xmldecl=False)
    return out.getvalue().decode()
