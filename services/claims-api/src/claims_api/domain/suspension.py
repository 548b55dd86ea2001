"""Completing a suspended claim in time, and what happens when nobody does (rule 1.1-R10, reading A12)."""

from collections.abc import Sequence
from datetime import date, datetime

from claims_api.domain.adjudication import rejected, settle_if_decided
from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.decision import Reason
from claims_api.domain.errors import ClaimNotSuspended, SuspensionLapsed
from claims_api.domain.events import ClaimCorrected, ClaimRejected, ClaimSettled
from claims_api.domain.expense import AttachedDocument

LAPSED = "suspension_lapsed"


def is_lapsed(claim: Claim, today: date) -> bool:
    """Say whether the last good day to complete the claim is over."""
    return claim.lapses_on is not None and today > claim.lapses_on


def complete(
    case: Case, claim: Claim, added: Sequence[AttachedDocument], *, now: datetime, today: date, actor: str
) -> None:
    """Send a suspended claim again with more documents; the day of receipt stays the first one.

    Raises: ClaimNotSuspended, SuspensionLapsed.
    """
    if claim.state is not ClaimState.SUSPENDED:
        raise ClaimNotSuspended("Only a suspended claim can be completed.", state=claim.state)
    if is_lapsed(claim, today):
        raise SuspensionLapsed("The time to complete this claim is over (1.1).", lapses_on=str(claim.lapses_on))
    case.move(claim, ClaimState.SUBMITTED, at=now, actor=actor, note="completed")
    claim.attach(added)
    claim.revision += 1
    claim.suspended_on = None
    claim.lapses_on = None
    claim.missing = ()
    claim.reasons = ()


def lapse(
    case: Case, claim: Claim, *, now: datetime, today: date, actor: str
) -> list[ClaimRejected | ClaimSettled | ClaimCorrected]:
    """Reject a claim that nobody completed, then release the rest of its case.

    Raises: ClaimNotSuspended when the claim is not suspended or still in time.
    """
    if claim.state is not ClaimState.SUSPENDED or not is_lapsed(claim, today):
        raise ClaimNotSuspended("The claim is not overdue.", state=claim.state)
    claim.reasons = (_lapse_reason(claim),)
    claim.missing = ()
    case.move(claim, ClaimState.REJECTED, at=now, actor=actor, note=LAPSED)
    return [rejected(case, claim, today), *settle_if_decided(case, now=now, today=today, actor=actor)]


def _lapse_reason(claim: Claim) -> Reason:
    if claim.suspended_on is None or claim.lapses_on is None:
        raise ValueError("a suspended claim has its days")
    days = (claim.lapses_on - claim.suspended_on).days
    return Reason(
        code=LAPSED,
        article="1.1",
        text_it=f"La richiesta sospesa non è stata completata entro {days} giorni dalla sospensione.",
        text_en=f"The suspended request was not completed within {days} days of its suspension.",
    )
