"""The states of a claim, as data: which may follow which, and how a member reads them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from claims_api.domain.errors import ForbiddenTransition


class ClaimState(StrEnum):
    """Where a claim (richiesta di sussidio) stands; a case has the state that its claims give it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUSPENDED = "suspended"
    REFERRED = "referred"
    APPROVED = "approved"
    SETTLED = "settled"
    PAID = "paid"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


_S = ClaimState

TRANSITIONS: Mapping[ClaimState, frozenset[ClaimState]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.SUSPENDED, _S.REFERRED, _S.APPROVED, _S.REJECTED, _S.WITHDRAWN}),
    _S.SUSPENDED: frozenset({_S.SUBMITTED, _S.REJECTED, _S.WITHDRAWN}),
    _S.REFERRED: frozenset({_S.SUBMITTED, _S.SUSPENDED, _S.APPROVED, _S.REJECTED, _S.WITHDRAWN}),
    _S.APPROVED: frozenset({_S.SUBMITTED, _S.SETTLED, _S.PAID, _S.RETURNED, _S.WITHDRAWN}),
    # A correction sends what was decided to the rules again, and finds its way back to where the money stands.
    _S.SETTLED: frozenset({_S.PAID, _S.SUBMITTED}),
    _S.PAID: frozenset({_S.RETURNED, _S.SUBMITTED}),
    _S.RETURNED: frozenset({_S.PAID, _S.SUBMITTED}),
    _S.REJECTED: frozenset({_S.SUBMITTED}),
    _S.WITHDRAWN: frozenset(),
}

UNDECIDED = frozenset({_S.DRAFT, _S.SUBMITTED, _S.SUSPENDED, _S.REFERRED})

LABELS_IT: Mapping[ClaimState, str] = {
    _S.DRAFT: "BOZZA",
    _S.SUBMITTED: "INSERITA",
    _S.SUSPENDED: "SOSPESA",
    _S.REFERRED: "DA VALUTARE",
    _S.APPROVED: "IN VALUTAZIONE",  # decided, but the case still waits for its other claims
    _S.SETTLED: "LIQUIDATA",
    _S.PAID: "PAGATA",
    _S.RETURNED: "BONIFICO RESPINTO",
    _S.REJECTED: "RESPINTA",
    _S.WITHDRAWN: "RITIRATA",
}

# The case shows what most needs the member's eye: what waits for them first, then what is open, then what ended.
_CASE_ORDER = (
    _S.SUSPENDED,
    _S.REFERRED,
    _S.SUBMITTED,
    _S.DRAFT,
    _S.APPROVED,
    _S.RETURNED,
    _S.SETTLED,
    _S.PAID,
    _S.REJECTED,
    _S.WITHDRAWN,
)


def check_transition(present: ClaimState, following: ClaimState) -> None:
    """Refuse a step that the table of transitions does not have.

    Raises: ForbiddenTransition.
    """
    if following not in TRANSITIONS[present]:
        raise ForbiddenTransition(
            f"A claim that is {present} cannot become {following}.", present=present, following=following
        )


def case_state(claims: Iterable[ClaimState]) -> ClaimState:
    """Derive the state of a case from those of its claims; a case without claims is a draft."""
    present = set(claims)
    return next((state for state in _CASE_ORDER if state in present), ClaimState.DRAFT)


def case_label_it(claims: Iterable[ClaimState]) -> str:
    """Name the state of a case for its member.

    Source: member guide, "Cronologia": INSERITA is entered and not yet looked at.
    """
    states = list(claims)
    state = case_state(states)
    if state is ClaimState.SUBMITTED and any(one is not ClaimState.SUBMITTED for one in states):
        return LABELS_IT[ClaimState.APPROVED]
    return LABELS_IT[state]
