"""What happened to a case, and what direct mode would have given."""

import asyncio
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.case import Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.plan import Branch
from claims_api.entrypoints.http.callers import Desk, Reader
from claims_api.entrypoints.http.home import forwarded
from claims_api.use_cases.read_case import read_case, read_timeline
from kit.commands import answer_read, request_context, run_query

PREFIX = "/v1/cases/{case_id}"


class EventView(BaseModel):
    """One thing that happened; without claim_id it is about the whole case."""

    at: datetime
    kind: str
    claim_id: UUID | None
    text_it: str
    text_en: str


class Timeline(BaseModel):
    """What happened, the first thing first."""

    items: list[EventView]


class AlternativeView(BaseModel):
    """One claim and what the same service would give at a contracted facility."""

    claim_id: UUID
    requested_cents: int | None = Field(description="In euro; null while a document in another currency waits")
    indirect_payable_cents: int | None = Field(description="What this claim was granted; null until it is decided")
    direct_payable_cents: int | None = Field(description="The fund's share in direct mode; null where there is none")
    direct_member_share_cents: int | None
    reasons: list[dict[str, Any]] = Field(description="Why direct mode gives nothing, where it does not")


class Alternatives(BaseModel):
    """The comparison as of today; `unavailable` says that the rules did not answer."""

    items: list[AlternativeView]
    unavailable: list[str]


def case_story_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["cases"])

    @router.get(PREFIX + "/events", response_model=Timeline)
    async def show_events(request: Request, caller: Reader, case_id: UUID) -> Response:
        """Tell what happened to a case, step by step, in the member's words."""

        async def work(tx: ClaimsTransaction) -> Timeline:
            found = await read_timeline(tx, case_id=case_id, owner_member_id=caller.owner_member_id)
            return Timeline(items=[EventView.model_validate(one, from_attributes=True) for one in found])

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get(PREFIX + "/alternatives", response_model=Alternatives)
    async def show_alternatives(request: Request, caller: Desk, case_id: UUID) -> Response:
        """Compare each health claim with direct mode: what the fund would pay a contracted facility for the same."""
        async with services.uow.begin(request_context(request, caller)) as tx:
            detail = await read_case(tx, case_id=case_id, owner_member_id=caller.owner_member_id)
        asked = [
            one
            for one in detail.case.claims
            if one.expense.branch is Branch.HEALTH and one.state is not ClaimState.WITHDRAWN
        ]
        by_person = groupby(sorted(asked, key=_person), key=_person)
        bodies = [_batch(person, list(claims)) for person, claims in by_person]
        headers = forwarded(request)
        answers = await asyncio.gather(
            *(services.rules.ask("POST", "/v1/quotes/batch", headers=headers, body=body) for body in bodies)
        )
        quotes = {line["key"]: line for answer in answers if answer for line in answer.get("items", ())}
        view = Alternatives(
            items=[_alternative(claim, quotes.get(str(claim.claim_id), {})) for claim in asked],
            unavailable=["direct"] if None in answers else [],
        )
        return answer_read(request, view)

    return router


def _person(claim: Claim) -> str:
    return str(claim.expense.person_id)


def _batch(person_id: str, claims: list[Claim]) -> dict[str, Any]:
    items = [
        {
            "key": str(claim.claim_id),
            "article": claim.expense.article,
            "amount_cents": claim.requested_cents,
            "quantity": min(claim.expense.quantity, 100),
            "service": claim.expense.service,
            "provider_kind": claim.expense.provider.kind[:50],
            "specialty": claim.expense.provider.specialty,
            "date": str(claim.expense.document_date),
            "mode": "direct",
        }
        for claim in claims
        if claim.requested_cents is not None
    ]
    return {"person_id": person_id, "items": items[:100]}


def _alternative(claim: Claim, quote: dict[str, Any]) -> AlternativeView:
    return AlternativeView(
        claim_id=claim.claim_id,
        requested_cents=claim.requested_cents,
        indirect_payable_cents=claim.payable_cents,
        direct_payable_cents=quote.get("payable_cents"),
        direct_member_share_cents=quote.get("member_share_cents"),
        reasons=quote.get("reasons", []),
    )
