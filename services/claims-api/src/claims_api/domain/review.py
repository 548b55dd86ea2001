"""What a person decides on a claim that the rules referred."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from claims_api.domain.case import Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.decision import MissingDocument, Reason
from claims_api.domain.document_kinds import DOCUMENT_NAMES, DocumentKind
from claims_api.domain.errors import (
    ClaimNotReferred,
    InvalidVerdict,
    ReviewerRoleRequired,
    SamePersonTwice,
)
from kit.errors import FieldError


class ReviewOutcome(StrEnum):
    """The three answers of a person: pay, deny, ask for documents (richiesta di integrazione)."""

    PAY = "pay"
    DENY = "deny"
    INTEGRATION = "integration"


class ReviewState(StrEnum):
    """Whether a decision stands.

    A payment above the fund's amount is proposed until its second person has answered. One that persons agree on is
    counting until the rules have counted it in the limits; where it would pass one, they refuse it and the claim is
    queued again.
    """

    PROPOSED = "proposed"
    COUNTING = "counting"
    DECIDED = "decided"
    REFUSED = "refused"
    OVER_LIMIT = "over_limit"


@dataclass(frozen=True, slots=True)
class ReviewReason:
    """One coded reason of the fund's list; without an article the claim's own is cited."""

    code: str
    outcomes: frozenset[str]
    article: str | None
    text_it: str
    text_en: str

    def for_claim(self, claim: Claim) -> Reason:
        """Return the reason as the member reads it."""
        return Reason(self.code, self.article or claim.expense.article, self.text_it, self.text_en)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the person asks for; `payable_cents` with a payment only, `documents` with an integration only."""

    outcome: ReviewOutcome
    payable_cents: int | None
    reason_codes: tuple[str, ...]
    documents: tuple[DocumentKind, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides: the person's subject and roles."""

    subject: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Review:
    """One decision of a person; `note` is for the office and never reaches the member, nor does `refusal`."""

    review_id: UUID
    claim_id: UUID
    revision: int
    outcome: ReviewOutcome
    requested_cents: int
    payable_cents: int
    reasons: tuple[Reason, ...]
    missing: tuple[MissingDocument, ...]
    note: str | None
    state: ReviewState
    needs_second: bool
    proposed_by: str
    proposed_at: datetime
    second_by: str | None = None
    second_at: datetime | None = None
    refusal: tuple[Reason, ...] = ()

    @property
    def agreed_state(self) -> ReviewState:
        """Return the state once all persons have agreed."""
        return ReviewState.COUNTING if self.outcome is ReviewOutcome.PAY else ReviewState.DECIDED


def check_reviewable(claim: Claim, reviewer: Reviewer) -> None:
    """Refuse to decide what was not referred, or was referred to somebody else.

    Raises: ClaimNotReferred, ReviewerRoleRequired.
    """
    if claim.state is not ClaimState.REFERRED:
        raise ClaimNotReferred("Only a referred claim is decided by a person.", state=claim.state)
    role = claim.review or "operator"
    if role not in reviewer.roles:
        raise ReviewerRoleRequired(f"This claim is decided by: {role}.", review=role)


def check_verdict(claim: Claim, verdict: Verdict) -> None:
    """Refuse an answer whose parts do not go together.

    Raises: InvalidVerdict.
    """
    faults = list(_faults(claim, verdict))
    if faults:
        raise InvalidVerdict("The decision breaks a rule of the desk.", errors=faults)


def _faults(claim: Claim, verdict: Verdict) -> Iterable[FieldError]:
    pays = verdict.outcome is ReviewOutcome.PAY
    if pays != (verdict.payable_cents is not None):
        yield FieldError("/payable_cents", "payable_with_pay", "A payment has an amount, nothing else has one.")
    asked = claim.requested_cents
    if verdict.payable_cents is not None and asked is None:
        text = "No official rate is known: put the amount in euro into the facts, and the rules decide it."
        yield FieldError("/payable_cents", "rate_unknown", text)
    # A non-health request names no amount (0): the person says what is granted.
    elif verdict.payable_cents is not None and asked and verdict.payable_cents > asked:
        yield FieldError("/payable_cents", "payable_within_request", "The amount is more than was requested.")
    if (verdict.outcome is ReviewOutcome.INTEGRATION) != bool(verdict.documents):
        yield FieldError(
            "/documents", "documents_with_integration", "An integration lists documents, nothing else does."
        )


def check_second_person(review: Review, reviewer: Reviewer) -> None:
    """Refuse the proposer as the second person.

    Raises: SamePersonTwice.
    """
    if review.proposed_by == reviewer.subject:
        raise SamePersonTwice("The second person must be another than the one who proposed.")


def asked_documents(claim: Claim, kinds: Iterable[DocumentKind]) -> tuple[MissingDocument, ...]:
    """Write the list of documents of an integration, each once, in the words that the member reads."""
    article = claim.expense.article
    return tuple(MissingDocument(kind, article, *DOCUMENT_NAMES[kind]) for kind in dict.fromkeys(kinds))
