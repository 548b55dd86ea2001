"""The papers of a booking: the quota letter, the pass, the appointment for a calendar, the claim that is left."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from booking_api.adapters.letter_press import qr_svg
from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.booking_pass import pass_claims
from booking_api.entrypoints.http.appointment_ics import MEDIA_TYPE, appointment_ics
from booking_api.entrypoints.http.booking_views import claim_draft_out
from booking_api.entrypoints.http.paper_schemas import ClaimDraftOut, PassOut
from booking_api.entrypoints.http.viewers import Anybody, MemberOrOperator, viewer_of
from booking_api.use_cases.read_booking import find_letter, find_pass, prefill_claim, read_appointment
from kit.auth import Caller, Public
from kit.commands import request_context, run_query

_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "The letter, PDF/A and PDF/UA"}
}
_ICS: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {}}, "description": "One event (RFC 5545)"}}
_HOUR = "public, max-age=3600"
KEY_SET_PATH = "/v1/pass-keys"


class PassKeyOut(BaseModel):
    """A public key (RFC 8037)."""

    kty: str
    crv: str
    use: str
    alg: str
    kid: str
    x: str


class PassKeysOut(BaseModel):
    """The key set (RFC 7517)."""

    keys: list[PassKeyOut]


def booking_papers_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/bookings", tags=["bookings"])

    @router.get("/{booking_id}/letter", name="read_quota_letter", response_class=Response, responses=_PDF)
    async def letter(request: Request, caller: Anybody, booking_id: UUID) -> Response:
        """Download the quota letter: the member's share, the authorisation code, and the pass as a QR symbol."""
        return await _letter(request, services, caller, booking_id)

    @router.get("/{booking_id}/pass", name="read_pass", response_model=PassOut)
    async def pass_(request: Request, caller: MemberOrOperator, booking_id: UUID) -> Response:
        """Get the pass that is shown at the desk, from the letter on; keep it on the phone, it needs no network.

        `jws` is a compact JWS (EdDSA): a facility verifies it with the keys of `keys_href`, or sends it as `code` to
        `POST /v1/bookings/verify`, which alone knows what has happened since it was signed.
        """
        return await run_query(
            request, caller, uow=services.uow, work=lambda tx: _pass(tx, services, caller, booking_id)
        )

    @router.get("/{booking_id}/appointment.ics", name="read_appointment", response_class=Response, responses=_ICS)
    async def appointment(request: Request, caller: MemberOrOperator, booking_id: UUID) -> Response:
        """Download the appointment for a calendar.

        Read again after a move, a rectification or a cancellation, also by the id of the booking before, it is the same
        event (`UID`) with a higher `SEQUENCE`: the entry of the calendar is moved or taken away, none is added.
        """
        async with services.uow.begin(request_context(request, caller)) as tx:
            found = await read_appointment(tx, booking_id=booking_id, viewer=viewer_of(caller))
            text = appointment_ics(found, services.terms_of(tx.fund), written_at=tx.now)
        return _file(text.encode(), MEDIA_TYPE, f"appuntamento-{booking_id}.ics")

    @router.get("/{booking_id}/claim-draft", name="read_claim_draft", response_model=ClaimDraftOut)
    async def claim_draft(request: Request, caller: MemberOrOperator, booking_id: UUID) -> Response:
        """Prefill the indirect claim that is left when a booking was refused, cancelled, or not confirmed in time.

        409 `direct_way_open` while the booking stands, `indirect_not_covered` where the plan pays in direct mode only.
        """
        return await run_query(
            request, caller, uow=services.uow, work=lambda tx: _claim_draft(tx, services, caller, booking_id)
        )

    return router


def pass_keys_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=KEY_SET_PATH, tags=["facility desk"])

    @router.get("", name="list_pass_keys")
    async def keys(_: Annotated[None, Depends(Public())], response: Response) -> PassKeysOut:
        """List the public keys of the passes (a JWK set): fetch them once a day, verify without a network."""
        response.headers["Cache-Control"] = _HOUR
        return PassKeysOut(keys=[PassKeyOut(**key) for key in services.passes.public_keys()])

    return router


async def _pass(tx: BookingsTransaction, services: Services, caller: Caller, booking_id: UUID) -> PassOut:
    booking = await find_pass(tx, booking_id=booking_id, viewer=viewer_of(caller))
    jws = services.passes.sign(pass_claims(booking, fund=tx.fund))
    return PassOut(
        booking_id=booking_id,
        code=booking.granted.code,
        jws=jws,
        qr_svg=qr_svg(jws),
        expires_at=booking.expires_at,
        keys_href=KEY_SET_PATH,
    )


async def _claim_draft(tx: BookingsTransaction, services: Services, caller: Caller, booking_id: UUID) -> ClaimDraftOut:
    terms = services.terms_of(tx.fund)
    return claim_draft_out(await prefill_claim(tx, booking_id=booking_id, viewer=viewer_of(caller), terms=terms))


async def _letter(request: Request, services: Services, caller: Caller, booking_id: UUID) -> Response:
    async with services.uow.begin(request_context(request, caller)) as tx:
        found = await find_letter(tx, booking_id=booking_id, viewer=viewer_of(caller))
    content = await services.documents.get(found.document_key)
    return _file(content, "application/pdf", f"lettera-{booking_id}.pdf")


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
