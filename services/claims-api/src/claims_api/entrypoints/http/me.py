"""What a member sees and changes of their own."""

from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response

from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.entrypoints.http.callers import Member, Oneself
from claims_api.entrypoints.http.member_schemas import BankAccountView, IbanBody, MeView, TaskView, member_view
from claims_api.use_cases.change_bank_account import change_bank_account
from claims_api.use_cases.read_member import read_member
from kit.auth import Caller
from kit.commands import run_command, run_query


def member_id_of(caller: Caller) -> UUID:
    if caller.member_id is None:
        raise HTTPException(403, "the token names no member")
    return caller.member_id


def me_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/me", tags=["me"])

    @router.get("", response_model=MeView)
    async def read_me(request: Request, caller: Member) -> Response:
        """Show yourself, your family, your masked IBAN and what there is to do."""
        member_id = member_id_of(caller)

        async def work(tx: ClaimsTransaction) -> MeView:
            member = await read_member(tx, member_id=member_id, owner_member_id=member_id)
            tasks = [TaskView.of(task) for task in await tx.tasks.open_for(member_id)]
            return MeView(**member_view(member).model_dump(), tasks=tasks)

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.put("/bank-account", response_model=BankAccountView)
    async def put_my_bank_account(request: Request, caller: Oneself, body: IbanBody) -> Response:
        """Give the IBAN that you are paid on from now on; the ones before are kept in the history."""

        async def work(tx: ClaimsTransaction) -> BankAccountView:
            member_id = member_id_of(caller)
            return BankAccountView.of(
                await change_bank_account(tx, member_id=member_id, iban=body.iban, holder=body.holder)
            )

        return await run_command(request, caller, uow=services.uow, body=body, work=work)

    return router
