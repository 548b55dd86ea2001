"""What a person decides on a claim that the rules referred."""

from collections.abc import Iterable, Sequence
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
    ManualPaymentNotOpen,
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
    """Whether a decision stands, waits for its second person, or was refused by them."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ReviewReason:
    """One coded reason of the fund's list; without an article the claim's own is cited."""

    code: str
    outcomes: frozenset[ReviewOutcome]
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
    """One decision of a person; `note` is for the office and never reaches the member."""

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
    if verdict.payable_cents is not None and verdict.payable_cents > claim.expense.amount_cents:
        yield FieldError("/payable_cents", "payable_within_request", "The amount is more than was requested.")
    if (verdict.outcome is ReviewOutcome.INTEGRATION) != bool(verdict.documents):
        yield FieldError(
            "/documents", "documents_with_integration", "An integration lists documents, nothing else does."
        )


def check_payable(referral: Sequence[Reason], open_referrals: frozenset[str]) -> None:
    """Refuse a manual payment where the rules would have had to respect a limit.

    Raises: ManualPaymentNotOpen.
    """
    limited = [reason.code for reason in referral if reason.code not in open_referrals]
    if limited or not referral:
        raise ManualPaymentNotOpen(
            "This claim was referred under an article with limits: a payment by hand would not count against them. "
            "Ask for what is missing, so that the rules decide, or deny.",
            referred_for=limited,
            payable_referrals=sorted(open_referrals),
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
