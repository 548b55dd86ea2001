"""What facilities hand in, in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import DateTime, Integer, RowMapping, Text, Uuid, bindparam, exists, insert, null, or_, select, update
from sqlalchemy.exc import IntegrityError

from booking_api.adapters.booking_rows import booking_of
from booking_api.adapters.dispensing_tables import booking_paper, facility_invoice, invoiced_booking
from booking_api.adapters.tables import booking
from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.dispensing import PaperKind
from booking_api.domain.errors import InvoiceNumberUsed, PaperNotFound
from booking_api.domain.invoice import InvoiceLine, ProviderInvoice
from booking_api.domain.paper import MediaType, Paper
from booking_api.use_cases.dispensing_ports import PageOfFacility
from kit.errors import FieldError
from kit.ids import new_id
from kit.transaction import Transaction

b, i, p, q = booking.c, facility_invoice.c, invoiced_booking.c, booking_paper.c
_lines = TypeAdapter(tuple[InvoiceLine, ...])
_PAPER = Paper.__dataclass_fields__

_booking_id = bindparam("booking_id", type_=Uuid())
_facility_id = bindparam("facility_id", type_=Uuid())
_after, _now = bindparam("after", type_=Uuid()), bindparam("now", type_=DateTime(timezone=True))
_SUPERSEDE = (
    update(invoiced_booking)
    .where(p.booking_id == bindparam("of_booking", type_=Uuid()), p.superseded_at == null())
    .values(superseded_at=_now)
    .returning(p.invoice_id)
)
_SAME_NUMBER = select(i.invoice_id).where(
    i.facility_id == _facility_id,
    i.invoice_year == bindparam("year", type_=Integer()),
    i.number_key == bindparam("number_key", type_=Text()),
    i.withdrawn_at == null(),
    exists().where(p.invoice_id == i.invoice_id, p.booking_id == _booking_id),
)
_WITHDRAW = (
    update(facility_invoice)
    .where(
        i.invoice_id == bindparam("of_invoice", type_=Uuid()),
        ~exists().where(p.invoice_id == i.invoice_id, p.superseded_at == null()),
    )
    .values(withdrawn_at=_now)
)
_ADD_INVOICE, _ADD_PART, _ADD_PAPER = insert(facility_invoice), insert(invoiced_booking), insert(booking_paper)
_INVOICE_OF = (
    select(i.number, i.invoice_date, p.amount_cents, p.fund_share_cents, p.lines)
    .join_from(facility_invoice, invoiced_booking, i.invoice_id == p.invoice_id)
    .where(p.booking_id == _booking_id, p.superseded_at == null())
)
_PAPERS_OF = select(booking_paper).where(q.booking_id == _booking_id).order_by(q.paper_id)
_GET_PAPER = select(booking_paper).where(
    q.paper_id == bindparam("paper_id", type_=Uuid()), or_(_facility_id == null(), q.facility_id == _facility_id)
)
_GIVEN = (
    BookingState.DISPENSED.value,
    BookingState.SUSPENDED.value,
    BookingState.CLOSED.value,
    BookingState.SETTLED.value,
)
_PREVIOUS = (
    select(booking)
    .where(
        b.facility_id == _facility_id,
        b.person_id == bindparam("person_id", type_=Uuid()),
        b.article == bindparam("article", type_=Text()),
        b.booking_id != _booking_id,
        b.state.in_(_GIVEN),
    )
    .order_by(b.dispensed_on.desc(), b.booking_id.desc())
    .limit(50)
)
_INVOICEABLE = (
    select(booking)
    .where(
        b.fund == bindparam("of_fund", type_=Text()),
        b.facility_id == _facility_id,
        b.state == BookingState.DISPENSED.value,
        or_(_after == null(), b.booking_id < _after),
        ~exists().where(p.booking_id == b.booking_id, p.superseded_at == null()),
    )
    .order_by(b.booking_id.desc())
    .limit(bindparam("limit", type_=Integer()))
)


class PostgresDispensingStore:
    """The invoices and papers of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def _all(self, statement: Any, **parameters: Any) -> Sequence[RowMapping]:
        return (await self._tx.conn.execute(statement, parameters)).mappings().all()

    async def add_invoice(self, booking: Booking, invoice: ProviderInvoice, *, invoice_id: UUID | None = None) -> UUID:
        now, of_booking = self._tx.now, booking.booking_id
        for row in await self._all(_SUPERSEDE, of_booking=of_booking, now=now):
            await self._tx.conn.execute(_WITHDRAW, {"of_invoice": row["invoice_id"], "now": now})
        invoice_id = invoice_id or await self._invoice_id(booking, invoice)
        part = {
            "part_id": new_id(),
            "fund": self._tx.fund,
            "invoice_id": invoice_id,
            "booking_id": of_booking,
            "amount_cents": invoice.amount_cents,
            "fund_share_cents": invoice.fund_share_cents,
            "lines": _lines.dump_python(invoice.lines, mode="json"),
            "received_at": now,
        }
        await self._tx.conn.execute(_ADD_PART, part)
        return invoice_id

    async def _invoice_id(self, booking: Booking, invoice: ProviderInvoice) -> UUID:
        """Return the invoice of this number that had this booking already, or a new one."""
        facility_id, year = booking.facility.facility_id, invoice.date.year
        same = {"facility_id": facility_id, "year": year, "number_key": invoice.number_key}
        for row in await self._all(_SAME_NUMBER, booking_id=booking.booking_id, **same):
            found: UUID = row["invoice_id"]
            return found
        new = {
            "invoice_id": new_id(),
            "fund": self._tx.fund,
            "facility_id": facility_id,
            "number": invoice.number,
            "number_key": invoice.number_key,
            "invoice_date": invoice.date,
            "invoice_year": year,
            "received_at": self._tx.now,
        }
        try:
            await self._tx.conn.execute(_ADD_INVOICE, new)
        except IntegrityError as error:
            if "facility_invoice_number" not in str(error.orig):
                raise
            message = f"La fattura {invoice.number} del {year} è già stata trasmessa"
            fault = FieldError("/invoice/number", "invoice_number_used", message)
            raise InvoiceNumberUsed(message, errors=[fault]) from None
        return UUID(str(new["invoice_id"]))

    async def invoice_of(self, booking_id: UUID) -> ProviderInvoice | None:
        for row in await self._all(_INVOICE_OF, booking_id=booking_id):
            lines = _lines.validate_python(row["lines"])
            return ProviderInvoice(
                row["number"], row["invoice_date"], row["amount_cents"], row["fund_share_cents"], lines
            )
        return None

    async def add_paper(self, paper: Paper) -> None:
        row = {name: getattr(paper, name) for name in _PAPER} | {"fund": self._tx.fund}
        await self._tx.conn.execute(_ADD_PAPER, row)

    async def papers_of(self, booking_id: UUID) -> Sequence[Paper]:
        return [_paper_of(row) for row in await self._all(_PAPERS_OF, booking_id=booking_id)]

    async def paper(self, paper_id: UUID, facility_id: UUID | None) -> Paper:
        for row in await self._all(_GET_PAPER, paper_id=paper_id, facility_id=facility_id):
            return _paper_of(row)
        raise PaperNotFound("Il documento non esiste")

    async def previous_dental(self, booking: Booking) -> Sequence[Booking]:
        rows = await self._all(
            _PREVIOUS,
            facility_id=booking.facility.facility_id,
            person_id=booking.person_id,
            article=booking.service.article,
            booking_id=booking.booking_id,
        )
        return [booking_of(row) for row in rows]

    async def invoiceable(self, wanted: PageOfFacility) -> Sequence[Booking]:
        rows = await self._all(
            _INVOICEABLE,
            of_fund=self._tx.fund,
            facility_id=wanted.facility_id,
            after=wanted.after,
            limit=wanted.limit,
        )
        return [booking_of(row) for row in rows]


def _paper_of(row: RowMapping) -> Paper:
    kinds = {"kind": PaperKind(row["kind"]), "media_type": MediaType(row["media_type"])}
    return Paper(**{name: row[name] for name in _PAPER} | kinds)
