"""Take over what an event tells of a member and the family."""

from collections.abc import Sequence
from uuid import UUID

from rules_svc.domain.request import Beneficiary, Member
from rules_svc.use_cases.ports import Tx


async def record_member(
    tx: Tx,
    *,
    member_id: UUID,
    version: int,
    member: Member,
    persons: Sequence[tuple[UUID, Beneficiary]],
    contributions_in_order: bool,
) -> None:
    """Keep the newest version; an older one changes nothing."""
    newer = await tx.persons.put(
        member_id=member_id,
        version=version,
        member=member,
        persons=persons,
        contributions_in_order=contributions_in_order,
    )
    if newer:
        tx.audit("member_recorded", entity="member", entity_id=member_id, version=version)
