"""Give a case on paper to the rules: on the day of its turn, or before when an operator says why."""

from collections.abc import Mapping
from uuid import UUID

from claims_api.domain.case import Case
from claims_api.domain.member import Member
from claims_api.domain.paper_turn import release
from claims_api.domain.submission import submitted_event
from claims_api.use_cases.find_case import lock_own_case
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date


async def release_early(tx: Tx, *, case_id: UUID, reason: str) -> tuple[Case, Mapping[UUID, str]]:
    """Send a waiting case to the rules before its turn; return it and its persons' names.

    Raises: CaseNotFound, CaseNotHeld.
    """
    case, member = await lock_own_case(tx, case_id=case_id, owner_member_id=None)
    turn_on = str(case.held_until)
    await _release(tx, case, member)
    tx.audit("case_released_early", entity="case", entity_id=case_id, reason=reason, turn_on=turn_on)
    return case, {person.person_id: person.full_name for person in member.persons}


async def release_in_turn(tx: Tx, *, case_id: UUID) -> bool:
    """Send a case to the rules whose turn has come; say whether it still waited."""
    case, member = await lock_own_case(tx, case_id=case_id, owner_member_id=None)
    # It may have been released between the look that found it and the lock.
    if case.held_until is None or case.held_until > rome_date(tx.now):
        return False
    await _release(tx, case, member)
    tx.audit("case_released", entity="case", entity_id=case_id)
    return True


async def _release(tx: Tx, case: Case, member: Member) -> None:
    """Tell the rules, with the facts of today and the first day of receipt."""
    waiting = release(case, today=rome_date(tx.now), now=tx.now, actor=tx.context.actor)
    await tx.cases.save(case)
    for claim in waiting:
        tx.publish(submitted_event(case, claim, member))
