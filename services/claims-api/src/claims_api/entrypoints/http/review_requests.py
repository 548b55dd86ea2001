"""Members' review requests (revisione) and the desk's answers; facts that the desk puts right."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, Field

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.appeal import Appeal, AppealOutcome, AppealState
from claims_api.domain.claim_states import LABELS_IT, ClaimState
from claims_api.entrypoints.http.callers import Applicant, Decider, Reader
from claims_api.entrypoints.http.case_schemas import DocumentBody, FactsBody
from claims_api.entrypoints.http.case_views import ClaimView, ReasonView, claim_view
from claims_api.entrypoints.http.fields import Body, Code, ExtraText
from claims_api.use_cases.answer_review import Answered, AppealAnswer, answer_correction, answer_review, edit_facts
from claims_api.use_cases.ask_review import ask_review, list_review_requests
from kit.commands import IdempotencyKey, run_command, run_query

PREFIX = "/v1/claims/{claim_id}/reviews"


class ReviewRequestBody(Body):
    """Why the member asks, and what is new."""

    reason: Annotated[ExtraText, Field(min_length=1)]
    documents: Annotated[list[DocumentBody], Field(max_length=30)] = Field(default=[])


class ReviewAnswerBody(Body):
    """The fund's answer: `facts` with `corrected` only, reasons from /v1/reasons."""

    outcome: AppealOutcome
    reason_codes: Annotated[list[Code], Field(min_length=1, max_length=10)]
    facts: FactsBody | None = None
    note: ExtraText | None = Field(default=None, description="For the office; never shown to the member")


class ReviewRequestView(BaseModel):
    """A review request with its answer; `proposed` waits for the second person of a correction."""

    review_request_id: UUID
    claim_id: UUID
    revision: int
    state: AppealState
    reason: str
    document_ids: list[UUID]
    requested_at: datetime
    answered_at: datetime | None
    reasons: list[ReasonView]

    @classmethod
    def of(cls, appeal: Appeal) -> "ReviewRequestView":
        return cls(
            review_request_id=appeal.appeal_id,
            claim_id=appeal.claim_id,
            revision=appeal.revision,
            state=appeal.state,
            reason=appeal.reason,
            document_ids=list(appeal.document_ids),
            requested_at=appeal.requested_at,
            answered_at=appeal.answered_at,
            reasons=[ReasonView.model_validate(one, from_attributes=True) for one in appeal.reasons],
        )


class AnsweredReviewView(ReviewRequestView):
    """The answered request, and the claim as the answer left it."""

    claim_state: ClaimState
    claim_state_label_it: str
    claim_revision: int


class ReviewRequestList(BaseModel):
    """The review requests about a claim, the first one first."""

    items: list[ReviewRequestView]


def _answered(done: Answered) -> AnsweredReviewView:
    claim = done.case.claim(done.appeal.claim_id)
    return AnsweredReviewView(
        **ReviewRequestView.of(done.appeal).model_dump(),
        claim_state=claim.state,
        claim_state_label_it=LABELS_IT[claim.state],
        claim_revision=claim.revision,
    )


def review_requests_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["claims"])

    @router.post(PREFIX, status_code=201, response_model=ReviewRequestView)
    async def request_review(
        request: Request, caller: Applicant, claim_id: UUID, key: IdempotencyKey, body: ReviewRequestBody
    ) -> Response:
        """Ask the fund to review a decision, within its term, with a reason and new documents; one at a time."""

        async def work(tx: ClaimsTransaction) -> ReviewRequestView:
            appeal = await ask_review(
                tx,
                claim_id=claim_id,
                owner_member_id=caller.owner_member_id,
                reason=body.reason,
                document_ids=[one.document_id for one in body.documents],
                terms=terms_of(caller.fund),
            )
            return ReviewRequestView.of(appeal)

        return await run_command(request, caller, uow=services.uow, body=body, key=key, status=201, work=work)

    @router.get(PREFIX, response_model=ReviewRequestList)
    async def list_reviews_of_claim(request: Request, caller: Reader, claim_id: UUID) -> Response:
        """List the review requests about a claim with the fund's answers."""

        async def work(tx: ClaimsTransaction) -> ReviewRequestList:
            owner = caller.owner_member_id
            found = await list_review_requests(tx, claim_id=claim_id, owner_member_id=owner)
            return ReviewRequestList(items=[ReviewRequestView.of(one) for one in found])

        return await run_query(request, caller, uow=services.uow, work=work)

    return router


def review_answers_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["claims"])

    @router.post(PREFIX + "/{review_request_id}/answer", response_model=AnsweredReviewView)
    async def answer_request(
        request: Request,
        caller: Decider,
        claim_id: UUID,
        review_request_id: UUID,
        key: IdempotencyKey,
        body: ReviewAnswerBody,
    ) -> Response:
        """Answer a review request: the decision stands (`confirmed`), or its facts are put right (`corrected`).

        A correction is a new revision that the rules decide; above the fund's amount it waits for a second person.
        """
        answer = AppealAnswer(body.outcome, tuple(body.reason_codes), body.facts, body.note)

        async def work(tx: ClaimsTransaction) -> AnsweredReviewView:
            done = await answer_review(
                tx,
                claim_id=claim_id,
                appeal_id=review_request_id,
                answer=answer,
                subject=caller.subject,
                terms=terms_of(caller.fund),
            )
            return _answered(done)

        return await run_command(request, caller, uow=services.uow, body=body, key=key, work=work)

    async def second(request: Request, caller: Decider, claim_id: UUID, appeal_id: UUID, *, agree: bool) -> Response:
        async def work(tx: ClaimsTransaction) -> AnsweredReviewView:
            terms, subject = terms_of(caller.fund), caller.subject
            done = await answer_correction(
                tx, claim_id=claim_id, appeal_id=appeal_id, agree=agree, subject=subject, terms=terms
            )
            return _answered(done)

        return await run_command(request, caller, uow=services.uow, work=work)

    @router.post(PREFIX + "/{review_request_id}/confirm", response_model=AnsweredReviewView)
    async def confirm_correction(
        request: Request, caller: Decider, claim_id: UUID, review_request_id: UUID
    ) -> Response:
        """Confirm a proposed correction as its second person; never the one who proposed it."""
        return await second(request, caller, claim_id, review_request_id, agree=True)

    @router.post(PREFIX + "/{review_request_id}/refuse", response_model=AnsweredReviewView)
    async def refuse_correction(request: Request, caller: Decider, claim_id: UUID, review_request_id: UUID) -> Response:
        """Refuse a proposed correction as its second person; the request goes back to the queue."""
        return await second(request, caller, claim_id, review_request_id, agree=False)

    return router


IfMatch = Annotated[
    str, Header(alias="If-Match", pattern=r'^"[0-9]{1,6}"$', description='The claim\'s revision that you read: "3"')
]


class FactsEditBody(Body):
    """What is put right, and why."""

    facts: FactsBody
    reason: Annotated[ExtraText, Field(min_length=1)]


def claim_facts_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["claims"])

    @router.patch("/v1/claims/{claim_id}/facts", response_model=ClaimView)
    async def patch_facts(
        request: Request, caller: Decider, claim_id: UUID, if_match: IfMatch, key: IdempotencyKey, body: FactsEditBody
    ) -> Response:
        """Put the facts of a referred or suspended claim right; the rules decide the new revision at once.

        412 `stale_revision` when somebody changed the claim since you read it. The facts before are kept.
        """

        async def work(tx: ClaimsTransaction) -> ClaimView:
            case = await edit_facts(
                tx,
                claim_id=claim_id,
                patch=body.facts,
                revision=int(if_match.strip('"')),
                reason=body.reason,
                subject=caller.subject,
            )
            return claim_view(await tx.cases.detail(case), case.claim(claim_id))

        return await run_command(request, caller, uow=services.uow, body=body, key=key, work=work)

    return router
