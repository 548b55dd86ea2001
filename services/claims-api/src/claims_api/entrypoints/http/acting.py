"""For whom a caller acts: members for themselves, staff for the member they name."""

from uuid import UUID

from fastapi import Request

from claims_api.domain.case import Channel
from claims_api.domain.errors import MemberNotFound, MemberNotNamed
from claims_api.domain.filing_consent import Helper
from kit.auth import Caller
from kit.errors import FieldError


def member_for(caller: Caller, named: UUID | None) -> UUID:
    own = caller.owner_member_id
    if own is not None:
        if named not in {None, own}:
            raise MemberNotFound("There is no such member.")
        return own
    if named is None:
        message = "Name the member that you act for."
        raise MemberNotNamed(message, errors=[FieldError("/member_id", "member_required", message)])
    return named


def helper_of(request: Request, caller: Caller) -> Helper | None:
    """Return who files in the member's place: the office, a delegate, or nobody."""
    if caller.owner_member_id is None:
        return Helper()
    found: Helper | None = getattr(request.state, "helper", None)
    return found


def channel_for(caller: Caller, asked: Channel | None) -> Channel:
    return Channel.PORTAL if caller.owner_member_id else asked or Channel.PAPER
