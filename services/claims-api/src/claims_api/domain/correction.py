"""Correcting a decided claim: never by an edit of the money, always by a new revision that the rules decide anew."""

from datetime import datetime

from claims_api.domain.case import Case, Claim, Correction
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.errors import ClaimNotCorrectable
from claims_api.domain.expense import Expense

DECIDED = frozenset({ClaimState.REJECTED, ClaimState.SETTLED, ClaimState.PAID, ClaimState.RETURNED})
WITH_THE_DESK = frozenset({ClaimState.REFERRED, ClaimState.SUSPENDED})


def correct(
    case: Case,
    claim: Claim,
    expense: Expense,
    *,
    reason: str,
    now: datetime,
    actor: str,
) -> None:
    """Send a decided claim to the rules again with other facts; its day of receipt stays.

    Raises: ClaimNotCorrectable.
    """
    check_correctable(claim)
    claim.correction = Correction(claim.decision_id, claim.settled_cents, claim.state, reason)
    _send_again(case, claim, expense, note="correction", now=now, actor=actor)


def check_correctable(claim: Claim) -> None:
    """Refuse to correct what is not decided.

    Raises: ClaimNotCorrectable.
    """
    if claim.state not in DECIDED:
        raise ClaimNotCorrectable("Only a decided claim is corrected.", state=claim.state)


def change_facts(case: Case, claim: Claim, expense: Expense, *, now: datetime, actor: str) -> None:
    """Let the desk put the facts of an undecided claim right, and the rules decide them anew.

    Raises: ClaimNotCorrectable.
    """
    if claim.state not in WITH_THE_DESK:
        raise ClaimNotCorrectable("Facts change while a claim is referred or suspended.", state=claim.state)
    _send_again(case, claim, expense, note="facts_changed", now=now, actor=actor)


def recheck(case: Case, claim: Claim, expense: Expense, *, reason: str, now: datetime, actor: str) -> None:
    """Let the rules decide a claim anew with what a check found: decided ones as a correction.

    Raises: ClaimNotCorrectable while the rules have the claim.
    """
    if claim.state in DECIDED:
        correct(case, claim, expense, reason=reason, now=now, actor=actor)
        return
    if claim.state not in WITH_THE_DESK | {ClaimState.APPROVED}:
        raise ClaimNotCorrectable("The rules are deciding on the claim: say it when they have.", state=claim.state)
    _send_again(case, claim, expense, note="checked", now=now, actor=actor)


def _send_again(
    case: Case,
    claim: Claim,
    expense: Expense,
    *,
    note: str,
    now: datetime,
    actor: str,
) -> None:
    case.move(claim, ClaimState.SUBMITTED, at=now, actor=actor, note=note)
    claim.expense = expense
    claim.converted_cents = None
    claim.revision += 1
    claim.suspended_on = None
    claim.lapses_on = None
    claim.missing = ()
    claim.reasons = ()
