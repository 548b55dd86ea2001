"""The papers of a booking on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field


class PassOut(BaseModel):
    """What is shown at the desk: the signed pass and its QR symbol, valid until the authorisation expires."""

    booking_id: UUID
    code: str
    jws: str
    qr_svg: str
    expires_at: datetime
    keys_href: str


class ClaimProvider(BaseModel):
    """Who will have issued the invoice."""

    kind: str
    specialty: str | None


class ClaimDocument(BaseModel):
    """A document uploaded before."""

    document_id: UUID


class ClaimDraftBody(BaseModel):
    """What is known of the claim, in the form that the claims resource takes."""

    mode: Literal["indirect"] = "indirect"
    person_id: UUID
    article: str
    service: str
    provider: ClaimProvider
    documents: list[ClaimDocument]


class ClaimDraftOut(BaseModel):
    """Open a case, add the `missing` fields of the invoice to the body and send it to `href`."""

    open_case_href: str = "/v1/cases"
    href: str = "/v1/cases/{case_id}/claims"
    body: ClaimDraftBody
    missing: list[str] = ["document_number", "document_date", "amount_cents"]
    tariff_code: Annotated[str | None, Field(description="The row of the article's tariff, for `items`")]
