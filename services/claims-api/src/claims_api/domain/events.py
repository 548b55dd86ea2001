"""What this service publishes. v1 grows by addition only."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID

from claims_api.domain.decision import Instalment, MissingDocument, Reason


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One of the family, as others need to know them."""

    person_id: UUID
    relation: str
    first_name: str
    last_name: str
    fiscal_code: str
    birth_date: date
    disabled_104: bool
    fiscally_dependent: bool | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """A member or the family was registered or changed."""

    TYPE: ClassVar[str] = "claims.member_changed.v1"

    member_id: UUID
    version: int
    number: str
    first_name: str
    last_name: str
    fiscal_code: str
    birth_date: date
    category: str
    employer: str | None
    enrolled_on: date
    hired_on: date | None
    left_on: date | None
    language: str
    persons: list[PersonFacts]
    retired_on: date | None = None
    confirmed_on: date | None = None
    contributions_in_order: bool = True

    @property
    def subject(self) -> str:
        """Return the member's id."""
        return str(self.member_id)


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """Where and in which language the member is written to."""

    TYPE: ClassVar[str] = "claims.contact_changed.v1"

    member_id: UUID
    version: int
    first_name: str
    last_name: str
    email: str
    phone: str | None
    language: str

    @property
    def subject(self) -> str:
        """Return the member's id."""
        return str(self.member_id)


@dataclass(frozen=True, slots=True)
class BankAccountChanged:
    """The account that the member is paid on from now on."""

    TYPE: ClassVar[str] = "claims.bank_account_changed.v1"

    member_id: UUID
    version: int
    iban: str
    holder: str
    verified: bool

    @property
    def subject(self) -> str:
        """Return the member's id."""
        return str(self.member_id)


@dataclass(frozen=True, slots=True)
class MemberSnapshot:
    """The member's facts on the day of sending, so that the decision can be replayed."""

    category: str
    enrolled_on: date
    hired_on: date | None
    left_on: date | None
    birth_date: date
    retired_on: date | None = None
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class BeneficiarySnapshot:
    """The beneficiary's facts on the day of sending."""

    person_id: UUID
    relation: str
    birth_date: date
    disabled_104: bool
    fiscally_dependent: bool | None


@dataclass(frozen=True, slots=True)
class RequestItem:
    """One line of the expense."""

    article: str | None
    code: str | None
    quantity: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class RequestProvider:
    """Who gave the service."""

    kind: str
    specialty: str | None


@dataclass(frozen=True, slots=True)
class RequestSnapshot:
    """What is asked, in the vocabulary of the plan."""

    mode: str
    article: str
    expense_date: date
    received_on: date
    channel: str
    amount_cents: int
    currency: str
    quantity: int
    items: list[RequestItem]
    ssn_ticket: bool
    stamp_duty_cents: int
    other_fund_refund_cents: int
    provider: RequestProvider
    service: str
    documents: list[str]
    extra: dict[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class CorrectionOf:
    """The decision that a corrected claim had, and why it is decided anew."""

    previous_decision_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimSubmitted:
    """A claim was sent; with a higher revision: completed after a suspension, or corrected."""

    TYPE: ClassVar[str] = "claims.claim_submitted.v1"

    claim_id: UUID
    case_id: UUID
    case_number: str
    revision: int
    member_id: UUID
    member: MemberSnapshot
    beneficiary: BeneficiarySnapshot
    request: RequestSnapshot
    correction: CorrectionOf | None = None

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class ClaimSuspended:
    """A claim waits for documents; its case waits with it."""

    TYPE: ClassVar[str] = "claims.claim_suspended.v1"

    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    suspended_on: date
    lapses_on: date
    missing: list[MissingDocument]

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class ClaimSettled:
    """The fund owes the member the payable amount."""

    TYPE: ClassVar[str] = "claims.claim_settled.v1"

    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    person_id: UUID
    article: str
    requested_cents: int
    payable_cents: int
    decision_id: UUID
    settled_on: date
    instalments: list[Instalment] = field(default_factory=list)
    gross_of_withholding: bool = False

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class ClaimRejected:
    """A claim is not paid, and why."""

    TYPE: ClassVar[str] = "claims.claim_rejected.v1"

    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    rejected_on: date
    reasons: list[Reason]

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class ClaimWithdrawn:
    """The member took a sent request back; it took nothing from any limit."""

    TYPE: ClassVar[str] = "claims.claim_withdrawn.v1"

    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    revision: int
    withdrawn_on: date

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class ClaimCorrected:
    """The correction of a settled claim changed what the fund owes.

    Units: cents; `delta_cents` = payable - previous, negative when the member received too much.
    """

    TYPE: ClassVar[str] = "claims.claim_corrected.v1"

    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    person_id: UUID
    article: str
    revision: int
    decision_id: UUID
    previous_cents: int
    payable_cents: int
    delta_cents: int
    corrected_on: date
    gross_of_withholding: bool = False

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class AppealAnswered:
    """The fund answered a member's review request; `outcome` is confirmed or corrected."""

    TYPE: ClassVar[str] = "claims.review_request_answered.v1"

    review_request_id: UUID
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    outcome: str
    answered_on: date
    reasons: list[Reason]

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class ClaimReviewDecided:
    """A person decided a claim that the rules had referred; the money follows in claim_settled."""

    TYPE: ClassVar[str] = "claims.claim_review_decided.v1"

    review_id: UUID
    claim_id: UUID
    case_id: UUID
    case_number: str
    revision: int
    member_id: UUID
    person_id: UUID
    article: str
    outcome: str
    requested_cents: int
    payable_cents: int
    review: str
    decision_id: UUID | None
    decided_on: date
    reasons: list[Reason]
    missing: list[MissingDocument]

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)
