"""The facility's electronic invoice (FatturaPA), read to fill in the invoice that it sends."""

import asyncio
import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from booking_api.adapters.paper_inspection import read_electronic_invoice
from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.authorisation_code import codes_in
from booking_api.domain.invoice_draft import InvoiceDraft, ReadInvoice, ReadLine
from booking_api.entrypoints.http.facility_invoices import BINARY, file_content
from booking_api.entrypoints.http.schemas import DifferenceOut
from booking_api.entrypoints.http.viewers import FacilityDesk, facility_of
from booking_api.use_cases.read_invoice import read_facility_invoice
from kit.commands import run_query
from kit.papers.electronic_invoice import ElectronicInvoice

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The FatturaPA as XML or signed (.p7m), as the body or as the field `file` of a form",
        "content": {
            "application/xml": BINARY,
            "application/pkcs7-mime": BINARY,
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": BINARY["schema"]}}
            },
        },
    }
}


class InvoiceLineReadOut(BaseModel):
    """One line as the invoice has it."""

    description: str
    amount_cents: Annotated[int | None, Field(description="With its tax")]
    codes: Annotated[list[str], Field(description="The authorisation codes that the line names")]


class InvoicePartReadOut(BaseModel):
    """What the invoice asks for one booking."""

    code: str
    amount_cents: Annotated[int | None, Field(description="The lines with this code; all where it is the only one")]
    booking_id: Annotated[UUID | None, Field(description="null where the code is none of your facility's")]
    differences: Annotated[
        list[DifferenceOut],
        Field(
            description="`code_unknown`, `not_invoiceable` (not dispensed yet, or closed), `amount_missing`, "
            "`amount_differs_from_agreed_price`"
        ),
    ]


class InvoiceReadingOut(BaseModel):
    """The invoice filled in: `number`, `date`, `amount_cents` and the `code` and `amount_cents` of `parts`.

    That is the body of `POST /v1/invoices`; when it is `ready` the invoice will close its bookings.
    """

    ready: bool
    number: str | None
    date: dt.date | None
    amount_cents: Annotated[int | None, Field(description="The total, with tax and stamp")]
    seller_vat_number: str | None
    parts: list[InvoicePartReadOut]
    lines: list[InvoiceLineReadOut]
    differences: Annotated[
        list[DifferenceOut],
        Field(
            description="Of the invoice as a whole: `not_stated`, `several_invoices`, `code_missing`, "
            "`seller_differs`, `date_in_future`, `parts_do_not_sum`"
        ),
    ]


def electronic_invoices_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/invoices", tags=["facility desk"])

    @router.post("/electronic", name="read_electronic_invoice", response_model=InvoiceReadingOut, openapi_extra=_BODY)
    async def read(request: Request, caller: FacilityDesk) -> Response:
        """Read your electronic invoice (FatturaPA): number, date, lines, total, and the codes found in its text.

        Nothing is sent: the answer is the invoice filled in, with every difference from what was agreed; send it with
        `POST /v1/invoices`. Write the authorisation code into the description of the line, instead of the patient. The
        signature of a .p7m is not verified.
        """
        content = await file_content(request)
        found = await asyncio.to_thread(read_electronic_invoice, content)

        async def work(tx: BookingsTransaction) -> InvoiceReadingOut:
            return _out(await read_facility_invoice(tx, facility_id=facility_of(caller), read=_read(found)))

        return await run_query(request, caller, uow=services.uow, work=work)

    return router


def _read(invoice: ElectronicInvoice) -> ReadInvoice:
    return ReadInvoice(
        number=invoice.number,
        day=_day(invoice.date),
        amount_cents=invoice.total_cents,
        seller_vat_number=invoice.seller_vat_number,
        lines=tuple(ReadLine(one.description, one.text, one.amount_cents) for one in invoice.lines),
        text=invoice.text,
        invoices=invoice.invoices,
    )


def _day(text: str | None) -> dt.date | None:
    try:
        # The schema's date may carry a time zone.
        return dt.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _out(draft: InvoiceDraft) -> InvoiceReadingOut:
    read = draft.read
    return InvoiceReadingOut(
        ready=draft.ready,
        number=read.number,
        date=read.day,
        amount_cents=read.amount_cents,
        seller_vat_number=read.seller_vat_number,
        parts=[InvoicePartReadOut.model_validate(one, from_attributes=True) for one in draft.parts],
        lines=[
            InvoiceLineReadOut(description=one.description, amount_cents=one.amount_cents, codes=codes_in(one.text))
            for one in read.lines
        ],
        differences=[DifferenceOut.model_validate(one, from_attributes=True) for one in draft.differences],
    )
