"""Checks of single claims (1.3): while one is open, what is owed for the claim is not paid."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from claims_api.domain.case import Case, Claim
from claims_api.domain.check_events import ClaimCheckClosed, ClaimCheckOpened


class CheckKind(StrEnum):
    """A claim drawn by sample (1.3-R18), or a check-up visit by the fund's consulting doctor (1.3-R21)."""

    SAMPLING = "sampling"
    CHECK_UP_VISIT = "check_up_visit"


@dataclass(frozen=True, slots=True)
class ClosedCheck:
    """A check at its end; `reason` is why it was opened, `result` what it found, both codes."""

    check_id: UUID
    kind: CheckKind
    reason: str
    result: str


def check_opened(
    case: Case, claim: Claim, kind: CheckKind, *, check_id: UUID, reason: str, today: date
) -> ClaimCheckOpened:
    """Tell that a check of the claim begins."""
    return ClaimCheckOpened(
        check_id=check_id,
        claim_id=claim.claim_id,
        case_id=case.case_id,
        case_number=case.number,
        member_id=case.member_id,
        check=kind,
        reason=reason,
        opened_on=today,
    )


def check_closed(case: Case, claim: Claim, closed: ClosedCheck, *, today: date) -> ClaimCheckClosed:
    """Tell that a check of the claim ended, and with which result."""
    return ClaimCheckClosed(
        check_id=closed.check_id,
        claim_id=claim.claim_id,
        case_id=case.case_id,
        case_number=case.number,
        member_id=case.member_id,
        check=closed.kind,
        reason=closed.reason,
        result=closed.result,
        closed_on=today,
    )
