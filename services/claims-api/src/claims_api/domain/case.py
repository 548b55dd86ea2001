"""A case (pratica): the claims that a member sends together and that are released together."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from claims_api.domain.claim_states import UNDECIDED, ClaimState, case_state, check_transition
from claims_api.domain.decision import MissingDocument, Reason
from claims_api.domain.errors import ClaimNotFound
from claims_api.domain.expense import AttachedDocument, Expense


class Channel(StrEnum):
    """How the case reached the fund."""

    PORTAL = "portal"
    PAPER = "paper"


@dataclass(slots=True)
class Claim:
    """One request (richiesta di sussidio) of a case.

    Units: `lapses_on` is the last good day to complete a suspended claim; `revision` 1 is the first sending.
    """

    claim_id: UUID
    expense: Expense
    documents: list[AttachedDocument]
    state: ClaimState = ClaimState.DRAFT
    revision: int = 0
    received_on: date | None = None
    payable_cents: int | None = None
    decision_id: UUID | None = None
    review: str | None = None
    suspended_on: date | None = None
    lapses_on: date | None = None
    missing: tuple[MissingDocument, ...] = ()
    reasons: tuple[Reason, ...] = ()
    payout_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """One step of a claim's history; `note` is a code (an outcome, a bank's reason), never free text."""

    claim_id: UUID
    from_state: ClaimState
    to_state: ClaimState
    at: datetime
    actor: str
    note: str | None = None


@dataclass(slots=True)
class Case:
    """A case with its claims; `changes` collects what is to be saved."""

    case_id: UUID
    number: str
    member_id: UUID
    channel: Channel
    created_at: datetime
    submitted_at: datetime | None = None
    received_on: date | None = None
    settled_on: date | None = None
    claims: list[Claim] = field(default_factory=list)
    changes: list[StateChange] = field(default_factory=list)

    @property
    def state(self) -> ClaimState:
        """Return the state that the claims give the case."""
        return case_state(claim.state for claim in self.claims)

    @property
    def decided(self) -> bool:
        """Say whether no claim of the case is still open."""
        return all(claim.state not in UNDECIDED for claim in self.claims)

    def claim(self, claim_id: UUID) -> Claim:
        """Return one claim of the case.

        Raises: ClaimNotFound.
        """
        for claim in self.claims:
            if claim.claim_id == claim_id:
                return claim
        raise ClaimNotFound("There is no such claim.")

    def move(self, claim: Claim, to: ClaimState, *, at: datetime, actor: str, note: str | None = None) -> None:
        """Take one claim a step further and write it into the history.

        Raises: ForbiddenTransition.
        """
        check_transition(claim.state, to)
        self.changes.append(StateChange(claim.claim_id, claim.state, to, at, actor, note))
        claim.state = to
