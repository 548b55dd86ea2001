"""Show a member with the family; every look is audited."""

from uuid import UUID

from claims_api.domain.errors import MemberNotFound
from claims_api.domain.member import Member
from claims_api.use_cases.ports import Tx


async def read_member(tx: Tx, *, member_id: UUID, owner_member_id: UUID | None) -> Member:
    """Return a member; a member who asks sees nobody else.

    Raises: MemberNotFound.
    """
    member = await tx.members.find(member_id) if owner_member_id in {None, member_id} else None
    if member is None:
        raise MemberNotFound("There is no such member.")
    tx.audit("member_read", entity="member", entity_id=member_id, person_id=member.own.person_id)
    return member


async def list_members(tx: Tx, *, q: str | None, after: str | None, limit: int) -> list[Member]:
    """Return one page of the fund's members, by number."""
    members = await tx.members.page(q=q, after=after, limit=limit)
    tx.audit("members_listed", entity="member", entity_id="*", shown=[str(one.member_id) for one in members])
    return members
