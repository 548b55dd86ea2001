"""What a transfer does to the claims that it pays."""

from datetime import datetime

from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_states import ClaimState


def take_in_transfer(case: Case, claim: Claim, to: ClaimState, *, at: datetime, actor: str, note: str | None) -> None:
    """Mark a claim as paid or returned; a claim under correction only remembers where its money stands now.

    A transfer that settles the difference of a correction may name a claim that is paid already.
    Raises: ForbiddenTransition.
    """
    if claim.correction is not None:
        claim.correction.state_before = to
        case.note(claim, at=at, actor=actor, note=f"transfer_{to}")
    elif claim.state is to:
        case.note(claim, at=at, actor=actor, note=note or f"transfer_{to}")
    else:
        case.move(claim, to, at=at, actor=actor, note=note)
