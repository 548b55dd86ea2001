"""Cases on paper wait for their turn: the rules see them on that day, or when somebody releases them before."""

from datetime import date, datetime

from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.errors import CaseNotHeld


def hold(case: Case, turn_on: date, *, today: date) -> bool:
    """Keep a case that was just sent from the rules until its turn; say whether it has to wait.

    Source: 1.1, "trattate 60 giorni prima delle richieste cartacee" (readings A36, A37): only the handling waits, every
    term is still counted from the receipt.
    """
    case.held_until = turn_on if turn_on > today else None
    return case.held_until is not None


def release(case: Case, *, today: date, now: datetime, actor: str) -> list[Claim]:
    """Let a case go on to the rules; return its claims that still ask for a decision.

    Raises: CaseNotHeld.
    """
    if case.held_until is None:
        raise CaseNotHeld("The case does not wait for its turn.", state=case.state)
    note = "turn_came" if case.held_until <= today else "released_early"
    case.held_until, case.released_at = None, now
    waiting = [claim for claim in case.claims if claim.state is ClaimState.SUBMITTED]
    for claim in waiting:
        case.note(claim, at=now, actor=actor, note=note)
    return waiting
