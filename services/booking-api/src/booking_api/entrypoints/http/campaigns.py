"""The campaigns of a fund, for example of prevention."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.campaign import Campaign
from booking_api.entrypoints.http.schemas import InputModel, Short
from booking_api.entrypoints.http.viewers import Anybody, NetworkOffice
from booking_api.use_cases.register_campaign import register_campaign
from kit.commands import run_command, run_query
from kit.pages import Page

CampaignCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$")]


class CampaignIn(InputModel):
    """The whole of a campaign's data: appointments from `valid_from` up to, without, `valid_to`."""

    title_it: Short
    title_en: Short
    valid_from: date
    valid_to: date
    services: Annotated[list[Short], Field(min_length=1, max_length=200, description="Codes of /v1/services")]


class CampaignOut(CampaignIn):
    """A campaign; the search finds its facilities by `campaign`."""

    code: str


def campaigns_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/campaigns", tags=["network"])

    @router.get("", name="list_campaigns", response_model=Page[CampaignOut])
    async def list_(request: Request, caller: Anybody) -> Response:
        """List the campaigns of the fund, the one that begins last first."""
        return await run_query(request, caller, uow=services.uow, work=_all)

    @router.put("/{code}", name="register_campaign", response_model=CampaignOut)
    async def register(request: Request, caller: NetworkOffice, code: CampaignCode, body: CampaignIn) -> Response:
        """Register a campaign, or bring it up to date; which facilities take part stands in their own data."""
        return await run_command(request, caller, uow=services.uow, work=lambda tx: _register(tx, services, code, body))

    return router


async def _all(tx: BookingsTransaction) -> Page[CampaignOut]:
    return Page(items=[_campaign_out(one) for one in await tx.campaigns.all()])


async def _register(tx: BookingsTransaction, services: Services, code: str, body: CampaignIn) -> CampaignOut:
    facts = body.model_dump() | {"services": tuple(body.services)}
    campaign = Campaign(code=code, **facts)
    return _campaign_out(await register_campaign(tx, campaign=campaign, terms=services.terms_of(tx.fund)))


def _campaign_out(campaign: Campaign) -> CampaignOut:
    return CampaignOut.model_validate(campaign, from_attributes=True)
