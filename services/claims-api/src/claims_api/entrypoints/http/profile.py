"""What members cannot do in the portal: the answers say whom to ask instead."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.profile import refuse_edit, refuse_function
from claims_api.entrypoints.http.callers import Member
from claims_api.entrypoints.http.me import member_id_of
from claims_api.entrypoints.http.member_schemas import MeView
from claims_api.use_cases.read_member import read_member
from kit.auth import Caller
from kit.commands import run_query


def profile_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/me", tags=["me"])

    async def refuse(request: Request, caller: Caller) -> Response:
        member_id = member_id_of(caller)

        async def work(tx: ClaimsTransaction) -> MeView:
            member = await read_member(tx, member_id=member_id, owner_member_id=member_id)
            refuse_edit(member.category, terms_of(caller.fund).data_changes)
            raise AssertionError("unreachable")

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.patch("", response_model=MeView)
    async def patch_me(request: Request, caller: Member) -> Response:
        """Always 403 `data_not_editable`: `redirect_to` says who changes your data.

        An employee asks the employer, a pensioner the fund's address; POST /v1/change-requests writes to them.
        """
        return await refuse(request, caller)

    @router.post("/persons", response_model=MeView)
    async def add_to_my_family(request: Request, caller: Member) -> Response:
        """Always 403 `data_not_editable`, as for your own data."""
        return await refuse(request, caller)

    @router.patch("/persons/{person_id}", response_model=MeView)
    async def patch_my_family(request: Request, caller: Member, person_id: UUID) -> Response:  # noqa: ARG001
        """Always 403 `data_not_editable`, as for your own data."""
        return await refuse(request, caller)

    @router.get("/diary", response_model=MeView)
    async def open_my_diary(request: Request, caller: Member) -> Response:
        """The diary ("Il tuo diario"): 404 `function_not_available` until the fund offers it."""
        member_id = member_id_of(caller)

        async def work(tx: ClaimsTransaction) -> MeView:
            await read_member(tx, member_id=member_id, owner_member_id=member_id)
            refuse_function("diary", terms_of(caller.fund).unavailable_functions)
            raise AssertionError("unreachable")

        return await run_query(request, caller, uow=services.uow, work=work)

    return router
