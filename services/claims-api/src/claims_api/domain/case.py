"""A case (pratica): the claims that a member sends together and that are released together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from claims_api.domain.claim_states import UNDECIDED, ClaimState, case_state, check_transition
from claims_api.domain.currency import in_euro
from claims_api.domain.decision import Instalment, MissingDocument, Reason
from claims_api.domain.errors import ClaimNotFound
from claims_api.domain.expense import AttachedDocument, Expense


class Channel(StrEnum):
    """How the case reached the fund; by telephone the desk files it for a member who calls."""

    PORTAL = "portal"
    PAPER = "paper"
    TELEPHONE = "telephone"


@dataclass(slots=True)
class Correction:
    """A decided claim that goes to the rules again: what was released before, and where the money stood.

    Units: `previous_cents` is what was settled, nothing when the claim had been rejected; `state_before` follows the
    transfers that arrive meanwhile.
    """

    previous_decision_id: UUID | None
    previous_cents: int | None
    state_before: ClaimState
    reason: str


@dataclass(slots=True)
class Claim:
    """One request (richiesta di sussidio) of a case.

    Units: `lapses_on` is the last good day to complete a suspended claim; `revision` 1 is the first sending;
    `settled_cents` is what was released to the member so far, also while a correction is on its way; `converted_cents`
    the amount of a document in another currency in euro, at the official rate of its day (1.3), once the rules said it.
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
    settled_cents: int | None = None
    instalments: tuple[Instalment, ...] = ()
    correction: Correction | None = None
    gross_of_withholding: bool = False
    converted_cents: int | None = None

    @property
    def requested_cents(self) -> int | None:
        """Return the document's amount in euro; None before the rules converted it."""
        return in_euro(self.expense.amount_cents, self.expense.currency, self.converted_cents)

    def attach(self, added: Iterable[AttachedDocument]) -> None:
        """Add documents, each once."""
        known = {document.document_id for document in self.documents}
        self.documents.extend(document for document in added if document.document_id not in known)


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
    """A case with its claims; `changes` collects what is to be saved.

    Shapes: a case on paper waits before the rules see it: `held_until` is the day of its turn while it waits, and
    `released_at` when it went on.
    """

    case_id: UUID
    number: str
    member_id: UUID
    channel: Channel
    created_at: datetime
    submitted_at: datetime | None = None
    received_on: date | None = None
    settled_on: date | None = None
    postmarked_on: date | None = None
    held_until: date | None = None
    released_at: datetime | None = None
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

    def note(self, claim: Claim, *, at: datetime, actor: str, note: str) -> None:
        """Write into a claim's history something that does not change its state."""
        self.changes.append(StateChange(claim.claim_id, claim.state, claim.state, at, actor, note))

    def move(self, claim: Claim, to: ClaimState, *, at: datetime, actor: str, note: str | None = None) -> None:
        """Take one claim a step further and write it into the history.

        Raises: ForbiddenTransition.
        """
        check_transition(claim.state, to)
        self.changes.append(StateChange(claim.claim_id, claim.state, to, at, actor, note))
        claim.state = to
