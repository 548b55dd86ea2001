"""Open a case (pratica) as a draft."""

from uuid import UUID

from claims_api.domain.case import Case, Channel
from claims_api.domain.errors import MemberNotFound
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date
from kit.ids import new_id


async def open_case(tx: Tx, *, member_id: UUID, channel: Channel) -> Case:
    """Open an empty draft with the fund's next number.

    Raises: MemberNotFound.
    """
    if await tx.members.find(member_id) is None:
        raise MemberNotFound("There is no such member.")
    case = Case(case_id=new_id(), number="", member_id=member_id, channel=channel, created_at=tx.now)
    case.number = await tx.cases.add(case, year=rome_date(tx.now).year)
    tx.audit("case_opened", entity="case", entity_id=case.case_id, channel=channel)
    return case
