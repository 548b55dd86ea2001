"""Put together what a member sees first."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from claims_api.domain.case import Case
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.member import Member
from claims_api.domain.task import Task
from claims_api.use_cases.ports import CaseFilter, Tx
from claims_api.use_cases.read_case import list_cases
from claims_api.use_cases.read_member import read_member

_OPEN = frozenset(
    {
        ClaimState.DRAFT,
        ClaimState.SUBMITTED,
        ClaimState.SUSPENDED,
        ClaimState.REFERRED,
        ClaimState.APPROVED,
        ClaimState.RETURNED,
    }
)
MOST_CASES = 10


@dataclass(frozen=True, slots=True)
class Home:
    """What this service knows for the first page; `names` maps person_id to the full name."""

    member: Member
    tasks: list[Task]
    cases: list[Case]
    names: Mapping[UUID, str]
    awaiting_claims: int
    awaiting_cents: int


async def read_home(tx: Tx, *, member_id: UUID) -> Home:
    """Return the member's tasks, open cases and what waits for the next payment.

    Raises: MemberNotFound.
    """
    member = await read_member(tx, member_id=member_id, owner_member_id=member_id)
    tasks = await tx.tasks.open_for(member_id)
    cases, names = await list_cases(tx, wanted=CaseFilter(member_id=member_id, states=_OPEN, limit=MOST_CASES))
    claims, cents = await tx.practices.awaiting_payment(member_id)
    return Home(member, tasks, cases, names, claims, cents)
