"""Members, for the fund's office."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.entrypoints.http.callers import Desk, Office
from claims_api.entrypoints.http.fields import PLAIN
from claims_api.entrypoints.http.member_schemas import MemberBody, MemberView, RegisteredMemberView, member_view
from claims_api.use_cases.read_member import list_members, read_member
from claims_api.use_cases.register_member import register_member
from kit.commands import run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

Number = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$", description="The member's number")]
Search = Annotated[
    str | None,
    Query(max_length=100, pattern=PLAIN, description="Start of the number, a name or the codice fiscale"),
]


def members_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/members", tags=["members"])

    @router.get("", response_model=Page[MemberView])
    async def list_of_members(
        request: Request, caller: Office, q: Search = None, cursor: CursorText = None, limit: Limit = DEFAULT_LIMIT
    ) -> Response:
        """List the members of the fund, by number."""
        position = services.cursors.read(cursor)

        async def work(tx: ClaimsTransaction) -> Page[MemberView]:
            after = str(position[0]) if position else None
            found = await list_members(tx, q=q, after=after, limit=limit + 1)
            more = len(found) > limit
            return Page[MemberView](
                items=[member_view(member) for member in found[:limit]],
                next_cursor=services.cursors.write([found[limit - 1].number]) if more else None,
            )

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get("/{member_id}", response_model=MemberView)
    async def read_one_member(request: Request, caller: Desk, member_id: UUID) -> Response:
        """Show a member with the family."""

        async def work(tx: ClaimsTransaction) -> MemberView:
            return member_view(await read_member(tx, member_id=member_id, owner_member_id=caller.owner_member_id))

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.put("/by-number/{number}", response_model=RegisteredMemberView)
    async def put_member(request: Request, caller: Office, number: Number, body: MemberBody) -> Response:
        """Register a member with family, contact and account, or bring them to what is declared.

        Sending the same again changes nothing. Relatives who are left out end today.
        """

        async def work(tx: ClaimsTransaction) -> RegisteredMemberView:
            done = await register_member(tx, number=number, record=body.record(), account=body.account())
            return RegisteredMemberView(**member_view(done.member).model_dump(), changed=list(done.changed))

        return await run_command(request, caller, uow=services.uow, body=body, work=work)

    return router
