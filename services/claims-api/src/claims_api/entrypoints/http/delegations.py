"""Delegations on the wire."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.delegation import Delegation
from claims_api.entrypoints.http.callers import Oneself
from claims_api.entrypoints.http.fields import Body, Code, Day
from claims_api.entrypoints.http.me import member_id_of
from claims_api.use_cases.delegate import end_delegation, give_delegation, list_delegations
from kit.commands import IdempotencyKey, run_command, run_query


class DelegationBody(Body):
    """Who may act for you, by the member's number, and for how long."""

    delegate_number: Code
    valid_from: Day | None = Field(default=None, description="Today if not given")
    valid_to: Day | None = Field(default=None, description="The last day; until revoked if not given")


class DelegationView(BaseModel):
    """One delegation; `given` says whether you gave it or hold it."""

    delegation_id: UUID
    member_id: UUID
    delegate_member_id: UUID
    valid_from: date
    valid_to: date | None
    granted_at: datetime
    revoked_at: datetime | None
    given: bool

    @classmethod
    def of(cls, delegation: Delegation, member_id: UUID) -> "DelegationView":
        names = cls.model_fields.keys() - {"given"}
        return cls(given=delegation.member_id == member_id, **{name: getattr(delegation, name) for name in names})


class DelegationList(BaseModel):
    """The delegations that you gave or hold."""

    items: list[DelegationView]


def delegations_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/delegations", tags=["delegations"])

    @router.post("", status_code=201, response_model=DelegationView)
    async def give(request: Request, caller: Oneself, key: IdempotencyKey, body: DelegationBody) -> Response:
        """Let another member act for you: with `X-Acting-For` and your member_id, under their own name in the audit."""
        own = member_id_of(caller)

        async def work(tx: ClaimsTransaction) -> DelegationView:
            given = await give_delegation(
                tx,
                member_id=own,
                delegate_number=body.delegate_number,
                valid_from=body.valid_from,
                valid_to=body.valid_to,
                terms=terms_of(caller.fund),
            )
            return DelegationView.of(given, own)

        return await run_command(request, caller, uow=services.uow, body=body, key=key, status=201, work=work)

    @router.get("", response_model=DelegationList)
    async def list_mine(request: Request, caller: Oneself) -> Response:
        """List the delegations that you gave or hold."""
        own = member_id_of(caller)

        async def work(tx: ClaimsTransaction) -> DelegationList:
            found = await list_delegations(tx, member_id=own)
            return DelegationList(items=[DelegationView.of(one, own) for one in found])

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.post("/{delegation_id}/revoke", response_model=DelegationView)
    async def revoke(request: Request, caller: Oneself, delegation_id: UUID) -> Response:
        """End a delegation that you gave or hold, from now on."""
        own = member_id_of(caller)

        async def work(tx: ClaimsTransaction) -> DelegationView:
            ended = await end_delegation(tx, delegation_id=delegation_id, member_id=own)
            return DelegationView.of(ended, own)

        return await run_command(request, caller, uow=services.uow, work=work)

    return router
