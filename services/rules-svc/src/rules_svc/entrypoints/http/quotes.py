"""Quotes: what a service would give."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response

from kit.auth import Access, Caller, Principal, Public
from kit.commands import run_query
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.request import MODES, Mode
from rules_svc.entrypoints.http.quote_examples import QUOTES
from rules_svc.entrypoints.http.quote_schemas import AnonymousQuoteBody, BatchBody, BatchView, PricedService, QuoteBody
from rules_svc.entrypoints.http.schemas import PricedView, QuoteView
from rules_svc.entrypoints.http.views import anonymous_quote_view, batch_line, quote_view
from rules_svc.use_cases.quote_anonymously import quote_anonymously
from rules_svc.use_cases.quote_batch import quote_batch
from rules_svc.use_cases.quote_benefit import quote_benefit

Reader = Annotated[Caller, Depends(Access("member", "operator", "fund_admin", own="member"))]


def _modes(body: PricedService) -> tuple[Mode, ...]:
    return MODES if body.mode == "both" else (body.mode,)


def quotes_router(services: Services) -> APIRouter:
    """Make the routes of quotes."""
    router = APIRouter(tags=["quotes"])
    _add_anonymous(router, services)
    _add_batch(router, services)

    @router.post("/v1/quotes", response_model=QuoteView)
    async def quote(
        request: Request, principal: Reader, body: Annotated[QuoteBody, Body(openapi_examples=QUOTES)]
    ) -> Response:
        """Tell what a service would give in indirect and direct mode, step by step; nothing is reserved."""

        async def work(tx: RulesTransaction) -> QuoteView:
            found = await quote_benefit(
                tx,
                person_id=body.person_id,
                owner_member_id=principal.owner_member_id,
                request=body.to_domain(),
                modes=_modes(body),
            )
            return quote_view(found, body.person_id, tx.texts)

        return await run_query(request, principal, uow=services.uow, work=work)

    return router


def _add_batch(router: APIRouter, services: Services) -> None:
    @router.post("/v1/quotes/batch", response_model=BatchView)
    async def quote_many(request: Request, principal: Reader, body: BatchBody) -> Response:
        """Tell what up to 100 services would give a person, each as if it were the only one, to compare them."""

        async def work(tx: RulesTransaction) -> BatchView:
            found = await quote_batch(
                tx,
                person_id=body.person_id,
                owner_member_id=principal.owner_member_id,
                requests=[item.to_domain() for item in body.items],
            )
            lines = [batch_line(item.key, one, tx.texts) for item, one in zip(body.items, found, strict=True)]
            return BatchView(person_id=body.person_id, items=lines)

        return await run_query(request, principal, uow=services.uow, work=work)


def _add_anonymous(router: APIRouter, services: Services) -> None:
    @router.post("/v1/anonymous-quotes", response_model=PricedView, dependencies=[Depends(Public())])
    async def quote_for_anybody(request: Request, body: AnonymousQuoteBody) -> Response:
        """Tell anybody, without a login, what a service would give to somebody with the facts stated here.

        Every limit is taken as untouched; nothing is stored.
        """
        fund = body.fund or services.settings.fund_default
        nobody = Principal("anonymous", frozenset(), fund, None, None, None)

        async def work(tx: RulesTransaction) -> PricedView:
            found = await quote_anonymously(
                tx, plan_id=body.plan_id, facts=body.facts(), request=body.to_domain(), modes=_modes(body)
            )
            return anonymous_quote_view(found, tx.texts)

        return await run_query(request, nobody, uow=services.uow, work=work)
