"""Print quota letters: typst, PDF/A-2a and PDF/UA-1, the same bytes for the same booking."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import segno
import typst

from booking_api.adapters.pass_signer import PassSigner
from booking_api.domain.booking import Booking
from booking_api.domain.booking_pass import pass_claims
from booking_api.domain.fund_terms import FundTerms
from kit.clock import ROME
from kit.money import format_eur

TEMPLATE = Path(__file__).parent / "letters" / "quota_letter.typ"

_LONG_AMOUNT_CENTS = 1_000_000
_MOST_ITEMS = 4
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
# Source: member guide, "Le spese accessorie, quali telefono, bar … saldate dal Socio".
_FACILITY_NOTE_IT = (
    "Verificate il codice prima della prestazione. L’assistito paga la sua quota e le spese accessorie (telefono, "
    "bar). Fatturate il prezzo concordato, con il codice al posto del nome."
)
_FACILITY_NOTE_EN = (
    "Verify the code before the service. The patient pays their share and extras (telephone, bar). Invoice the agreed "
    "price and quote the code instead of the name."
)


class TypstLetterPress:
    """Set letters in the worker process; the API never does."""

    def __init__(self, passes: PassSigner) -> None:
        """Take what signs the QR symbol."""
        self._passes = passes
        self._compiler = typst.Compiler(str(TEMPLATE), ignore_system_fonts=True)
        self._one_at_a_time = asyncio.Lock()

    async def print_letter(self, booking: Booking, *, terms: FundTerms) -> bytes:
        """Return the PDF of an authorised booking."""
        data = letter_data(booking) | {
            "qr_svg": qr_svg(self._passes.sign(pass_claims(booking, fund=terms.fund))),
            "fund_name": terms.name,
            "contact_it": terms.contact_it,
            "contact_en": terms.contact_en,
            "title": f"{terms.name} – lettera di autorizzazione {booking.granted.code}",
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
        "items": _items(booking),
        "doctor": booking.doctor,
        "facility_name": booking.facility.name,
        "facility_address": booking.facility.address,
        "authorised_on": f"{granted.authorised_at.astimezone(ROME):%d/%m/%Y}",
        "bring": _BRING,
        "facility_note_it": _FACILITY_NOTE_IT,
        "facility_note_en": _FACILITY_NOTE_EN,
    }


def _items(booking: Booking) -> list[str]:
    """Return what the authorisation covers, where it is more than the one service that is named above."""
    items = booking.items
    if sum(item.quantity for item in items) <= 1:
        return []
    lines = [f"{item.quantity} × {item.title_it}" for item in items[:_MOST_ITEMS]]
    rest = len(items) - len(lines)
    return [*lines, f"e altre {rest} prestazioni"] if rest else lines


def qr_svg(signed_pass: str) -> str:
    """Return the QR symbol of a pass, which a desk scanner types as it is."""
    out = io.BytesIO()
    # Correction M: the symbol of a pass has many modules, which must stay large enough for a phone's camera.
    segno.make(signed_pass, error="m", micro=False, boost_error=False).save(
        out, kind="svg", border=0, dark="#1b2a33", xmldecl=False
    )
    return out.getvalue().decode()
