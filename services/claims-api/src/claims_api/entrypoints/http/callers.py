"""The access policies of this service's routes, by name."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException, Request

from claims_api.bootstrap import Services
from claims_api.domain.filing_consent import Helper
from claims_api.use_cases.delegate import use_delegation
from kit.auth import Access, Caller
from kit.commands import request_context

ACTING_FOR = "X-Acting-For"


class DelegableAccess(Access):
    """A policy under which a member may act for another who gave a delegation.

    The caller keeps the own name in the audit; only whose rows may be touched changes.
    """

    async def __call__(self, request: Request) -> Caller:
        """Return the caller, in the place of the member named in X-Acting-For where there is one."""
        caller = await super().__call__(request)
        asked = request.headers.get(ACTING_FOR)
        if asked is None or caller.owner_member_id is None:
            return caller
        try:
            member_id = UUID(asked)
        except ValueError:
            raise HTTPException(422, f"{ACTING_FOR} holds a member_id") from None
        services: Services = request.app.state.services
        async with services.uow.begin(request_context(request, caller)) as tx:
            await use_delegation(tx, member_id=member_id, delegate_id=caller.owner_member_id)
        request.state.helper = Helper(caller.owner_member_id)
        return replace(caller, owner_member_id=member_id, member_id=member_id)


class PersonalAccess(Access):
    """A policy that no delegate passes: the account and the delegations themselves."""

    async def __call__(self, request: Request) -> Caller:
        """Return the caller, who acts for nobody else."""
        if ACTING_FOR in request.headers:
            raise HTTPException(403, "only the member does this: no delegation covers it")
        return await super().__call__(request)


Member = Annotated[Caller, Depends(DelegableAccess("member", own="member"))]
Oneself = Annotated[Caller, Depends(PersonalAccess("member", own="member"))]
Applicant = Annotated[Caller, Depends(DelegableAccess("member", "operator", own="member"))]
Reader = Annotated[Caller, Depends(DelegableAccess("member", "operator", "medical_consultant", "board", own="member"))]
Office = Annotated[Caller, Depends(Access("fund_admin", "operator"))]
Desk = Annotated[Caller, Depends(DelegableAccess("member", "operator", "fund_admin", own="member"))]
Decider = Annotated[Caller, Depends(Access("operator", "medical_consultant", "board"))]
