"""What a facility reports when it has given a service, whole or in part."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from booking_api.domain.booking_item import BookedItem, CountedService, given_items
from booking_api.domain.errors import DispensingRejected
from booking_api.domain.invoice import ProviderInvoice, check_invoice
from kit.errors import FieldError


class PaperKind(StrEnum):
    """What a facility uploads about a booking.

    `clinical_record` is needed to dispense a stay, `appliance_photo` (the child wearing the appliance) orthodontics.
    """

    INVOICE = "invoice"
    CLINICAL_RECORD = "clinical_record"
    APPLIANCE_PHOTO = "appliance_photo"
    PRESCRIPTION = "prescription"
    OTHER = "other"


_MISSING_IT = {
    PaperKind.CLINICAL_RECORD: "Per un ricovero serve la cartella clinica",
    PaperKind.APPLIANCE_PHOTO: "Per l'ortodonzia serve la foto del bambino con l'apparecchio in bocca",
}


_NOT_ALL = "Non tutte le prestazioni autorizzate sono state erogate: indica partial se è voluto"


@dataclass(frozen=True, slots=True)
class Dispensing:
    """The report of a facility.

    Shapes: `given` is empty where all was given; `partial` says that less was given on purpose; `invoice` may follow.
    """

    dispensed_on: date
    given: tuple[CountedService, ...] = ()
    partial: bool = False
    invoice: ProviderInvoice | None = None


def missing_papers(needed: Sequence[PaperKind], present: Collection[PaperKind]) -> list[FieldError]:
    """Return which papers must be uploaded before.

    Source: FASCHIM e-mail, FAQ 4 (clinical record of a stay, AMB-K19) and FAQ 6 (photo with the appliance).
    """
    return [
        FieldError("/documents", f"{kind}_missing", _MISSING_IT.get(kind, f"Manca il documento: {kind}"))
        for kind in needed
        if kind not in present
    ]


def dispensed_items(
    authorised: tuple[BookedItem, ...],
    report: Dispensing,
    *,
    appointment_on: date,
    today: date,
    papers: Sequence[FieldError] = (),
) -> tuple[BookedItem, ...]:
    """Return what was given of the authorised items.

    A service given before its appointment would pass by the notice; so the day may be the appointment's or later.

    Raises: DispensingRejected, naming every field at fault.
    """
    faults = [*_day_faults(report.dispensed_on, appointment_on, today), *papers]
    faults += check_invoice(report.invoice, today=today) if report.invoice else []
    given = report.given or tuple(CountedService(one.service_code, one.quantity, one.teeth) for one in authorised)
    items, unfit = given_items(authorised, given, pointer="/items")
    faults += unfit
    whole = sum(one.quantity for one in items) == sum(one.quantity for one in authorised)
    if not unfit and not whole and not report.partial:
        faults.append(FieldError("/partial", "not_all_dispensed", _NOT_ALL))
    if faults:
        raise DispensingRejected("I dati di erogazione non corrispondono all'autorizzazione", errors=faults)
    return items


def _day_faults(dispensed_on: date, appointment_on: date, today: date) -> list[FieldError]:
    if dispensed_on > today:
        return [FieldError("/dispensed_on", "date_in_future", "La data di erogazione è futura")]
    if dispensed_on < appointment_on:
        message = f"La prestazione è autorizzata per il {appointment_on:%d/%m/%Y}"
        return [FieldError("/dispensed_on", "before_appointment", message)]
    return []
