"""Claims (richieste di sussidio): add, withdraw, complete, look at, explain."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.entrypoints.http.callers import Applicant, Reader
from claims_api.entrypoints.http.case_schemas import ClaimBody, CompletionBody
from claims_api.entrypoints.http.case_views import (
    ONE_CLAIM_A_CASE,
    ClaimAddedView,
    ClaimView,
    ExplanationView,
    claim_summary,
    claim_view,
    explanation_view,
)
from claims_api.use_cases.add_claim import AddedClaim, add_claim
from claims_api.use_cases.complete_claim import complete_claim
from claims_api.use_cases.read_case import read_claim
from claims_api.use_cases.withdraw_claim import withdraw_claim
from kit.commands import IdempotencyKey, run_command, run_query


def _added(done: AddedClaim) -> ClaimAddedView:
    names = {done.person.person_id: done.person.full_name}
    return ClaimAddedView(
        **claim_summary(done.claim, names).model_dump(),
        case_id=done.case.case_id,
        case_number=done.case.number,
        advice=[ONE_CLAIM_A_CASE] if len(done.case.claims) > 1 else [],
    )


def claim_commands_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["claims"])

    @router.post("/v1/cases/{case_id}/claims", status_code=201, response_model=ClaimAddedView)
    async def add_claim_to_case(
        request: Request, caller: Applicant, case_id: UUID, key: IdempotencyKey, body: ClaimBody
    ) -> Response:
        """Put an expense into a draft case. The same document of the same person is taken once (409)."""

        async def work(tx: ClaimsTransaction) -> ClaimAddedView:
            done = await add_claim(
                tx,
                case_id=case_id,
                owner_member_id=caller.owner_member_id,
                expense=body.expense(),
                document_ids=[one.document_id for one in body.documents],
                terms=terms_of(caller.fund),
            )
            return _added(done)

        return await run_command(
            request,
            caller,
            uow=services.uow,
            body=body,
            key=key,
            status=201,
            work=work,
            location=lambda view: f"/v1/claims/{view.claim_id}",
        )

    @router.post("/v1/claims/{claim_id}/documents", response_model=ClaimView)
    async def complete_suspended_claim(
        request: Request, caller: Applicant, claim_id: UUID, key: IdempotencyKey, body: CompletionBody
    ) -> Response:
        """Complete a suspended claim with what was missing; it keeps its day of receipt."""

        async def work(tx: ClaimsTransaction) -> ClaimView:
            documents, owner = [one.document_id for one in body.documents], caller.owner_member_id
            case = await complete_claim(tx, claim_id=claim_id, owner_member_id=owner, document_ids=documents)
            return claim_view(await tx.cases.detail(case), case.claim(claim_id))

        return await run_command(request, caller, uow=services.uow, body=body, key=key, work=work)

    @router.post("/v1/claims/{claim_id}/withdraw", response_model=ClaimView)
    async def withdraw_one_claim(request: Request, caller: Applicant, claim_id: UUID, key: IdempotencyKey) -> Response:
        """Take a claim back until it is released for payment or refused; its document can be claimed again.

        The rest of a sent case is released. What it took from a limit is free again some moments later. A claim that
        was released, or is being corrected, answers 409 `claim_not_withdrawable`.
        """

        async def work(tx: ClaimsTransaction) -> ClaimView:
            case = await withdraw_claim(tx, claim_id=claim_id, owner_member_id=caller.owner_member_id)
            return claim_view(await tx.cases.detail(case), case.claim(claim_id))

        return await run_command(request, caller, uow=services.uow, key=key, work=work)

    return router


def claim_queries_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/claims", tags=["claims"])

    @router.get("/{claim_id}", response_model=ClaimView)
    async def read_one_claim(request: Request, caller: Reader, claim_id: UUID) -> Response:
        """Show a claim with its state, amounts, reasons, steps, history and what comes next."""

        async def work(tx: ClaimsTransaction) -> ClaimView:
            detail = await read_claim(tx, claim_id=claim_id, owner_member_id=caller.owner_member_id)
            return claim_view(detail, detail.case.claim(claim_id))

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get("/{claim_id}/explanation", response_model=ExplanationView)
    async def explain_claim(request: Request, caller: Reader, claim_id: UUID) -> Response:
        """Explain the payable amount step by step, each step with the article it rests on."""

        async def work(tx: ClaimsTransaction) -> ExplanationView:
            detail = await read_claim(tx, claim_id=claim_id, owner_member_id=caller.owner_member_id)
            return explanation_view(detail, detail.case.claim(claim_id))

        return await run_query(request, caller, uow=services.uow, work=work)

    return router
