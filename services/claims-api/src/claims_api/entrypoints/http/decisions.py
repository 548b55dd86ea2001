"""What persons decide on referred claims, and the reasons that they may give."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.appeal import AppealOutcome
from claims_api.domain.claim_states import LABELS_IT, ClaimState
from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.review import Review, ReviewOutcome, ReviewState, Verdict
from claims_api.entrypoints.http.callers import Decider
from claims_api.entrypoints.http.case_views import MissingView, ReasonView
from claims_api.entrypoints.http.fields import Body, Cents, Code, ExtraText
from claims_api.entrypoints.http.work_items import reviewer_of
from claims_api.use_cases.decide_claim import Reviewed, answer_proposal, decide_claim, list_reviews
from kit.commands import IdempotencyKey, run_command, run_query

_OUTCOMES: dict[str, ReviewOutcome | AppealOutcome] = {one: one for one in (*ReviewOutcome, *AppealOutcome)}


class VerdictBody(Body):
    """A decision: `payable_cents` with `pay` only, `documents` with `integration` only, reasons from /v1/reasons."""

    outcome: ReviewOutcome
    payable_cents: Cents | None = None
    reason_codes: Annotated[list[Code], Field(min_length=1, max_length=10)]
    documents: Annotated[list[DocumentKind], Field(max_length=20)] = Field(default=[])
    note: ExtraText | None = Field(default=None, description="For the office; never shown to the member")

    def verdict(self) -> Verdict:
        return Verdict(self.outcome, self.payable_cents, tuple(self.reason_codes), tuple(self.documents), self.note)


class ReviewView(BaseModel):
    """One decision of a person.

    `proposed` waits for a second person, `counting` for the rules to count the payment in the limits; `over_limit` was
    refused by them, and `refusal` names the limits and what they still hold.
    """

    review_id: UUID
    claim_id: UUID
    revision: int
    outcome: ReviewOutcome
    state: ReviewState
    needs_second: bool
    requested_cents: int
    payable_cents: int
    reasons: list[ReasonView]
    missing: list[MissingView]
    note: str | None
    proposed_by: str
    proposed_at: datetime
    second_by: str | None
    second_at: datetime | None
    refusal: list[ReasonView]

    @classmethod
    def of(cls, review: Review) -> "ReviewView":
        return cls.model_validate(review, from_attributes=True)


class ReviewedView(ReviewView):
    """The decision, and the claim as it left it."""

    claim_state: ClaimState
    claim_state_label_it: str


class ReviewList(BaseModel):
    """Everything that persons decided or proposed on a claim."""

    items: list[ReviewView]


class ReasonChoice(BaseModel):
    """A reason that a person may give; without an article the claim's own is cited."""

    code: str
    outcomes: list[ReviewOutcome | AppealOutcome]
    article: str | None
    text_it: str
    text_en: str


class ReasonList(BaseModel):
    """The fund's coded reasons, and the amount above which two persons decide."""

    items: list[ReasonChoice]
    four_eyes_above_cents: int


def _reviewed(done: Reviewed) -> ReviewedView:
    state = done.case.claim(done.review.claim_id).state
    view = ReviewView.of(done.review)
    return ReviewedView(**view.model_dump(), claim_state=state, claim_state_label_it=LABELS_IT[state])


def decision_commands_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["claims"])

    @router.post("/v1/claims/{claim_id}/decisions", status_code=201, response_model=ReviewedView)
    async def decide(
        request: Request, caller: Decider, claim_id: UUID, key: IdempotencyKey, body: VerdictBody
    ) -> Response:
        """Decide a referred claim: pay, deny, or ask for documents.

        Above the fund's amount the answer is `proposed`, and a second person confirms. A payment is then `counting`:
        the rules count it in the limits and it is settled, or they refuse it (`over_limit`) and the claim is queued
        again.
        """

        async def work(tx: ClaimsTransaction) -> ReviewedView:
            reviewer, terms = reviewer_of(caller), terms_of(caller.fund)
            done = await decide_claim(tx, claim_id=claim_id, verdict=body.verdict(), reviewer=reviewer, terms=terms)
            return _reviewed(done)

        return await run_command(request, caller, uow=services.uow, body=body, key=key, status=201, work=work)

    async def answer(request: Request, caller: Decider, claim_id: UUID, review_id: UUID, *, agree: bool) -> Response:
        async def work(tx: ClaimsTransaction) -> ReviewedView:
            done = await answer_proposal(
                tx,
                claim_id=claim_id,
                review_id=review_id,
                agree=agree,
                reviewer=reviewer_of(caller),
                terms=terms_of(caller.fund),
            )
            return _reviewed(done)

        return await run_command(request, caller, uow=services.uow, work=work)

    @router.post("/v1/claims/{claim_id}/decisions/{review_id}/confirm", response_model=ReviewedView)
    async def confirm(request: Request, caller: Decider, claim_id: UUID, review_id: UUID) -> Response:
        """Confirm a proposed payment as its second person; never the one who proposed it."""
        return await answer(request, caller, claim_id, review_id, agree=True)

    @router.post("/v1/claims/{claim_id}/decisions/{review_id}/refuse", response_model=ReviewedView)
    async def refuse(request: Request, caller: Decider, claim_id: UUID, review_id: UUID) -> Response:
        """Refuse a proposed payment as its second person; the claim goes back to the queue, at its old place."""
        return await answer(request, caller, claim_id, review_id, agree=False)

    return router


def decision_queries_router(services: Services) -> APIRouter:
    router = APIRouter()

    @router.get("/v1/claims/{claim_id}/decisions", response_model=ReviewList, tags=["claims"])
    async def list_decisions(request: Request, caller: Decider, claim_id: UUID) -> Response:
        """List what persons decided or proposed on a claim."""

        async def work(tx: ClaimsTransaction) -> ReviewList:
            return ReviewList(items=[ReviewView.of(one) for one in await list_reviews(tx, claim_id=claim_id)])

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get("/v1/reasons", response_model=ReasonList, tags=["reasons"])
    async def list_reasons(request: Request, caller: Decider) -> Response:
        """List the coded reasons of your fund with the words that the member reads."""

        async def work(_tx: ClaimsTransaction) -> ReasonList:
            terms = terms_of(caller.fund)
            items = [
                ReasonChoice(
                    code=one.code,
                    outcomes=[_OUTCOMES[name] for name in sorted(one.outcomes)],
                    article=one.article,
                    text_it=one.text_it,
                    text_en=one.text_en,
                )
                for one in terms.reasons.values()
            ]
            return ReasonList(
                items=items,
                four_eyes_above_cents=terms.four_eyes_above_cents,
            )

        return await run_query(request, caller, uow=services.uow, work=work)

    return router
