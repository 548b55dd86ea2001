"""Taking a request back (ritiro)."""

from datetime import date, datetime

from claims_api.domain.adjudication import settle_if_decided
from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_states import UNDECIDED, ClaimState
from claims_api.domain.errors import ClaimNotWithdrawable
from claims_api.domain.events import ClaimCorrected, ClaimSettled, ClaimWithdrawn

# What was granted gives back what it took from the limits; what was released to the member is corrected, never undone.
_WITHDRAWABLE = UNDECIDED | {ClaimState.APPROVED}


def withdraw(
    case: Case, claim: Claim, *, now: datetime, today: date, actor: str
) -> list[ClaimWithdrawn | ClaimSettled | ClaimCorrected]:
    """Take a claim out of its case; once sent others are told, and the rest of the case is released.

    The rules are told too: they let go of a claim that they have not decided, and give back what they granted.
    Raises: ClaimNotWithdrawable.
    """
    if claim.state not in _WITHDRAWABLE or claim.correction is not None:
        raise ClaimNotWithdrawable("A request is withdrawn until it is released or refused.", state=claim.state)
    was_draft = claim.state is ClaimState.DRAFT
    case.move(claim, ClaimState.WITHDRAWN, at=now, actor=actor)
    claim.payable_cents = None
    if was_draft:
        return []
    told = ClaimWithdrawn(
        claim_id=claim.claim_id,
        case_id=case.case_id,
        case_number=case.number,
        member_id=case.member_id,
        revision=claim.revision,
        withdrawn_on=today,
    )
    return [told, *settle_if_decided(case, now=now, today=today, actor=actor)]
