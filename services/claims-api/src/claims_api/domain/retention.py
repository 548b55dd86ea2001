"""How long a fund keeps its members' documents, and what is left of one that is erased."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from claims_api.domain.claim_states import ClaimState
from claims_api.domain.document import Document, DocumentState
from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.errors import DocumentHeld, DocumentInUse

# A claim in one of these is over: nothing more is decided or paid on its documents.
FINAL_STATES = frozenset({ClaimState.PAID, ClaimState.REJECTED, ClaimState.WITHDRAWN})


class EraseReason(StrEnum):
    """Why a document was erased."""

    UNUSED = "unused"
    REFUSED = "refused"
    RETENTION = "retention_over"
    MEMBER = "member_asked"


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """The rules of one fund, counted in days and calendar years."""

    fund: str
    unused_days: int
    refused_days: int
    years_after_last_use: int
    years_by_kind: Mapping[DocumentKind, int]

    def years_of(self, kind: DocumentKind) -> int:
        """Return how many years a document of a kind is kept after its last use."""
        return self.years_by_kind.get(kind, self.years_after_last_use)


@dataclass(frozen=True, slots=True)
class DocumentUse:
    """What rests on a document.

    Shapes: `in_sent_claims` says whether any claim that was sent has it; `last_step_on` is the day of the last step of
    such a claim, empty while one of them is open.
    """

    in_sent_claims: bool
    last_step_on: date | None


def erase_reason(
    rules: RetentionRules, document: Document, use: DocumentUse, *, uploaded_on: date, today: date
) -> EraseReason | None:
    """Say why a document is to be erased today, or that it is not."""
    if document.state is DocumentState.ERASED or document.hold_reason is not None:
        return None
    age = (today - uploaded_on).days
    if use.in_sent_claims:
        over = use.last_step_on is not None and today > years_later(use.last_step_on, rules.years_of(document.kind))
        return EraseReason.RETENTION if over else None
    if document.state is DocumentState.REFUSED:
        return EraseReason.REFUSED if age > rules.refused_days else None
    return EraseReason.UNUSED if age > rules.unused_days else None


def years_later(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def erased(document: Document, reason: EraseReason, *, at: datetime) -> Document:
    """Return the tombstone: hash and reason stay, the bytes and who sent them go.

    Raises: DocumentHeld.
    """
    if document.hold_reason is not None:
        raise DocumentHeld("The document is on hold and must not be erased.")
    return replace(
        document,
        state=DocumentState.ERASED,
        storage_key=None,
        work_due_at=None,
        uploaded_by="erased",
        erased_at=at,
        erase_reason=reason,
    )


def check_unused(use: DocumentUse) -> None:
    """Let a member erase only what no claim that was sent rests on.

    Raises: DocumentInUse.
    """
    if use.in_sent_claims:
        raise DocumentInUse("A claim that was sent rests on the document: the fund must keep it.")
