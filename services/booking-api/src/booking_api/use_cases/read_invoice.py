"""Read a facility's electronic invoice beside its bookings; nothing is sent and nothing changes."""

from uuid import UUID

from booking_api.domain.authorisation_code import codes_in
from booking_api.domain.errors import DispensingRejected, FacilityNotFound
from booking_api.domain.invoice_draft import InvoiceDraft, ReadInvoice, draft_invoice
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import rome_date
from kit.errors import FieldError

MOST_CODES = 200


async def read_facility_invoice(tx: BookingTransaction, *, facility_id: UUID, read: ReadInvoice) -> InvoiceDraft:
    """Return the invoice as it could be sent, with its differences from what was agreed.

    Raises: FacilityNotFound, DispensingRejected when it names more bookings than one invoice can have.
    """
    codes = codes_in(read.text)
    if len(codes) > MOST_CODES:
        message = f"Una fattura indica al massimo {MOST_CODES} codici"
        raise DispensingRejected(message, errors=[FieldError("/file", "too_many_codes", message)])
    facility = await tx.facilities.get(facility_id)
    if facility is None:
        raise FacilityNotFound("La struttura non esiste")
    bookings = await tx.bookings.by_codes(codes, Viewer(facility_id=facility_id))
    ids = [str(one.booking_id) for one in bookings.values()]
    tx.audit("electronic_invoice_read", entity="facility", entity_id=facility_id, number=read.number, bookings=ids)
    return draft_invoice(read, bookings, vat_number=facility.vat_number, today=rome_date(tx.now))
