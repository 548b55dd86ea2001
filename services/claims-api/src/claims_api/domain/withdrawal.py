"""Taking a request back (ritiro)."""

from datetime import date, datetime

from claims_api.domain.adjudication import settle_if_decided
from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.errors import ClaimNotWithdrawable
from claims_api.domain.events import ClaimCorrected, ClaimSettled, ClaimWithdrawn

# While the rules decide, and once they have granted an amount, a withdrawal would leave the limits taken.
_WITHDRAWABLE = frozenset({ClaimState.DRAFT, ClaimState.SUSPENDED, ClaimState.REFERRED})


def withdraw(
    case: Case, claim: Claim, *, now: datetime, today: date, actor: str
) -> list[ClaimWithdrawn | ClaimSettled | ClaimCorrected]:
    """Take a claim out of its case; once sent others are told, and the rest of the case is released.

    Raises: ClaimNotWithdrawable.
    """
    if claim.state not in _WITHDRAWABLE or claim.correction is not None:
        raise ClaimNotWithdrawable(
            "A request is withdrawn as a draft, or while it is suspended or with a person.", state=claim.state
        )
    was_draft = claim.state is ClaimState.DRAFT
    case.move(claim, ClaimState.WITHDRAWN, at=now, actor=actor)
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
