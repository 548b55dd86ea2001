"""/v1/bank-channel: how the fund's bank takes files."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit.auth import Access, Caller
from kit.commands import run_command, run_query
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.entrypoints.http.schemas import BankChannelView
from payout_svc.use_cases.change_bank_channel import change_bank_channel as change

Reader = Annotated[Caller, Depends(Access("payments_officer", "payments_approver", "fund_admin"))]
Administrator = Annotated[Caller, Depends(Access("fund_admin"))]


def bank_channel_router(services: Services) -> APIRouter:
    """Make the routes of the bank's terms."""
    router = APIRouter(prefix="/v1/bank-channel", tags=["bank channel"])

    @router.get("", response_model=BankChannelView)
    async def show_bank_channel(request: Request, principal: Reader) -> Response:
        """Show how the fund's bank takes files, the account that pays, and the patron day that payment dates avoid."""

        async def work(tx: PayoutsTransaction) -> BankChannelView:
            return BankChannelView.of(await tx.channel.current())

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.put("", response_model=BankChannelView)
    async def change_bank_channel(request: Request, principal: Administrator, body: BankChannelView) -> Response:
        """Set file format and size, paying account and patron day for the runs that are prepared from now on.

        A run that is prepared keeps the channel of that moment, so a file that is written again has the same bytes.
        """
        channel = body.channel()

        async def work(tx: PayoutsTransaction) -> BankChannelView:
            await change(tx, channel=channel, changed_by=principal.subject)
            return BankChannelView.of(channel)

        return await run_command(request, principal, uow=services.uow, body=body, work=work)

    return router
