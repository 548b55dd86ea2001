"""Bookings that come from another system: what is taken over, what is skipped, and why."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from booking_api.domain.transition import Transition


@dataclass(frozen=True, slots=True)
class ForeignBooking:
    """One booking of the other system.

    Shapes: `foreign_id` is its number there; `teeth` in the FDI's two digits; `booking_id` is what the fund pays it
    under, when it was not paid there.
    Units: cents; the shares are those that the other system agreed, and stay (AMB-K05).
    """

    foreign_id: str
    facility_code: str
    person_id: UUID
    state: str
    service_code: str
    opened_on: date
    dispensed_on: date | None
    invoice_number: str | None
    fund_share_cents: int
    member_share_cents: int
    paid: bool
    dental: bool
    teeth: tuple[int, ...]
    booking_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What becomes of one booking: imported, or skipped with the rule and a word for whoever must see to it.

    Units: `payable_cents` is the frozen share of a closed booking that is not paid yet: the fund pays it from here.
    """

    foreign_id: str
    imported: bool
    rule: str
    message: str
    payable_cents: int = 0


@dataclass(frozen=True, slots=True)
class BookingImport:
    """The report on an import; a dry run changes nothing."""

    import_id: UUID
    dry_run: bool
    lines: tuple[ImportLine, ...]
    imported_at: datetime
    imported_by: str


def judge(booking: ForeignBooking, transition: Transition, *, facility_known: bool, person_known: bool) -> ImportLine:
    """Say what becomes of one booking: only closed ones with a known facility and person are taken over.

    Source: FASCHIM e-mail, FAQ 1; what is not paid yet comes on this system's statements, KOP-PAY-01.
    """
    ruling = transition.takes_over(booking.state)
    rule = ruling.cites[0]
    if ruling.shut:
        message = f"{booking.state}: non importata, va erogata o chiusa in {transition.old_system}"
        return ImportLine(booking.foreign_id, imported=False, rule=rule, message=message)
    if not facility_known or not person_known:
        what = "la struttura" if not facility_known else "la persona"
        unknown = "facility_unknown" if not facility_known else "person_unknown"
        return ImportLine(booking.foreign_id, imported=False, rule=unknown, message=f"Non si conosce {what}")
    due = 0 if booking.paid else booking.fund_share_cents
    return ImportLine(
        booking.foreign_id, imported=True, rule=rule, message="Importata con le sue quote", payable_cents=due
    )
