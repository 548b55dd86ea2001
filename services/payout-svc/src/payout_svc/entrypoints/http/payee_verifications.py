"""/v1/payee-verifications: Verification of Payee, by files."""

from collections import Counter
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, request_context, run_command, run_query
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.domain.verification import VerificationResult
from payout_svc.use_cases.verify_payees import record_verification, request_verification

Officer = Annotated[Caller, Depends(Access("payments_officer"))]
Payments = Annotated[Caller, Depends(Access("payments_officer", "payments_approver"))]
MAX_BYTES = 10 * 1024 * 1024
_CSV: dict[str, Any] = {"content": {"text/csv": {"schema": {"type": "string"}}}}


class VerificationBatch(BaseModel):
    """What has been asked together, and what has been answered of it."""

    batch_id: UUID
    payees: int
    awaiting: Annotated[int, Field(description="Not answered yet: this holds no payment")]
    match: int
    close_match: Annotated[int, Field(description="Nearly the same name: paid, shown on the run's line")]
    no_match: Annotated[int, Field(description="Another holder: held until the IBAN changes or the hold is lifted")]
    not_possible: Annotated[int, Field(description="The bank could not tell: paid, and asked again by the next batch")]


class AnswersView(BaseModel):
    """What a file of answers has changed."""

    match: int
    close_match: int
    no_match: int
    not_possible: int
    unchanged: Annotated[int, Field(description="Answers that had come before")]
    unmatched: Annotated[list[str], Field(description="References that this batch does not have")]


def payee_verifications_router(services: Services) -> APIRouter:
    """Make the routes of Verification of Payee."""
    router = APIRouter(prefix="/v1/payee-verifications", tags=["payee verifications"])
    _add_reads(router, services)

    @router.post("", status_code=201, response_model=VerificationBatch)
    async def request_payee_verification(request: Request, principal: Officer, key: IdempotencyKey) -> Response:
        """Make a batch of every payee with an open balance whose name and IBAN no bank has answered about."""

        async def work(tx: PayoutsTransaction) -> VerificationBatch:
            batch_id, count = await request_verification(tx, requested_by=principal.subject)
            return _batch(batch_id, [None] * count)

        return await run_command(request, principal, uow=services.uow, key=key, status=201, work=work)

    @router.post("/{batch_id}/answers", response_model=AnswersView, openapi_extra={"requestBody": _CSV})
    async def receive_verification_answers(request: Request, principal: Officer, batch_id: UUID) -> Response:
        """Take in the answers: `reference;result;name` with MTCH, CMTC, NMTC or NOAP.

        The result is kept on the account. NMTC holds the payee; nothing else does, and no answer at all holds nobody.
        """
        content = await _bounded_csv(request)
        answers = services.verifier.answers(content)

        async def work(tx: PayoutsTransaction) -> AnswersView:
            taken = await record_verification(tx, batch_id=batch_id, answers=answers, answered_by=principal.subject)
            counts = {result.value: taken.results[result] for result in VerificationResult}
            return AnswersView(**counts, unchanged=taken.unchanged, unmatched=list(taken.unmatched))

        return await run_command(request, principal, uow=services.uow, work=work)

    return router


def _add_reads(router: APIRouter, services: Services) -> None:
    @router.get("/{batch_id}", response_model=VerificationBatch)
    async def show_payee_verification(request: Request, principal: Payments, batch_id: UUID) -> Response:
        """Show how many of a batch are answered, and how."""

        async def work(tx: PayoutsTransaction) -> VerificationBatch:
            return _batch(batch_id, [row.result for row in await tx.verifications.batch(batch_id)])

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{batch_id}/file", response_class=Response, responses={200: _CSV})
    async def download_payee_verification(request: Request, principal: Officer, batch_id: UUID) -> Response:
        """Download the batch for the bank's service: `reference;name;iban`. Every download is audited."""
        async with services.uow.begin(request_context(request, principal)) as tx:
            requests = await tx.verifications.requests(batch_id)
            tx.audit("payee_verification_read", entity="payee_verification", entity_id=batch_id, payees=len(requests))
        headers = {
            "Content-Disposition": f'attachment; filename="vop-{batch_id}.csv"',
            "Cache-Control": "no-store",
        }
        content = services.verifier.request(requests)
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _batch(batch_id: UUID, results: list[str | None]) -> VerificationBatch:
    counts = Counter(results)
    known = {result.value: counts[result.value] for result in VerificationResult}
    return VerificationBatch(batch_id=batch_id, payees=len(results), awaiting=counts[None], **known)


async def _bounded_csv(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise HTTPException(415, "send the answers as text/csv")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise HTTPException(413, f"a file of answers has at most {MAX_BYTES} bytes")
    return bytes(body)
