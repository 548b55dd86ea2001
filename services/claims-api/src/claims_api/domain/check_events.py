"""What this service publishes about checks of claims (1.3). v1 grows by addition only."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClaimCheckOpened:
    """A check of a claim began: what is owed for the claim is not paid before it is closed.

    Shapes: `check` is sampling or check_up_visit; `check_id` of a sample is the claim's id, since a claim is drawn
    once; `reason` is a code, never words about health.
    """

    TYPE: ClassVar[str] = "claims.claim_check_opened.v1"

    check_id: UUID
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    check: str
    reason: str
    opened_on: date

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class ClaimCheckClosed:
    """A check of a claim ended; after a bad result only when the claim's correction is decided.

    Shapes: `result` is a code of the check's kind (regular, irregular; confirmed, not_confirmed, not_attended, waived).
    """

    TYPE: ClassVar[str] = "claims.claim_check_closed.v1"

    check_id: UUID
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    check: str
    reason: str
    result: str
    closed_on: date

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class CheckUpOrdered:
    """The fund asks a member, or one of the family, to be seen by its doctor (1.3).

    Shapes: neither the person nor the reason nor the doctor is told: they say something about health.
    Units: `due_on` is the last good day; `visit_at` aware UTC, where an appointment is made.
    """

    TYPE: ClassVar[str] = "claims.check_up_ordered.v1"

    visit_id: UUID
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    due_on: date
    visit_at: datetime | None
    place: str | None
    ordered_on: date

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class FilingConsentChanged:
    """A member let the office or a delegate file in their place, or took that back.

    Shapes: `state` is given or withdrawn; `helper` office or delegate; `way` telephone, letter, in_person or portal.
    """

    TYPE: ClassVar[str] = "claims.filing_consent_changed.v1"

    consent_id: UUID
    member_id: UUID
    state: str
    helper: str
    way: str
    given_on: date
    changed_on: date

    @property
    def subject(self) -> str:
        """Return the member's id."""
        return str(self.member_id)
