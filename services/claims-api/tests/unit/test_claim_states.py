from itertools import product

import pytest

from claims_api.domain.claim_states import (
    LABELS_IT,
    TRANSITIONS,
    UNDECIDED,
    ClaimState,
    case_label_it,
    case_state,
    check_transition,
)
from claims_api.domain.errors import ForbiddenTransition

S = ClaimState
ALLOWED = {
    (S.DRAFT, S.SUBMITTED),
    (S.DRAFT, S.WITHDRAWN),
    (S.SUBMITTED, S.SUSPENDED),
    (S.SUBMITTED, S.REFERRED),
    (S.SUBMITTED, S.APPROVED),
    (S.SUBMITTED, S.REJECTED),
    (S.SUBMITTED, S.WITHDRAWN),
    (S.SUSPENDED, S.SUBMITTED),
    (S.SUSPENDED, S.REJECTED),
    (S.REFERRED, S.SUSPENDED),
    (S.REFERRED, S.APPROVED),
    (S.REFERRED, S.REJECTED),
    (S.APPROVED, S.SETTLED),
    (S.SETTLED, S.PAID),
    (S.PAID, S.RETURNED),
    (S.RETURNED, S.PAID),
    # Facts that the desk puts right, and corrections on their way back.
    (S.REFERRED, S.SUBMITTED),
    (S.REFERRED, S.WITHDRAWN),
    (S.SUSPENDED, S.WITHDRAWN),
    (S.SETTLED, S.SUBMITTED),
    (S.APPROVED, S.SUBMITTED),
    (S.PAID, S.SUBMITTED),
    (S.RETURNED, S.SUBMITTED),
    (S.REJECTED, S.SUBMITTED),
    (S.APPROVED, S.WITHDRAWN),
    (S.APPROVED, S.PAID),
    (S.APPROVED, S.RETURNED),
}


@pytest.mark.parametrize(("present", "following"), list(product(ClaimState, ClaimState)))
def test_every_transition(present: ClaimState, following: ClaimState) -> None:
    if (present, following) in ALLOWED:
        check_transition(present, following)
    else:
        with pytest.raises(ForbiddenTransition):
            check_transition(present, following)


def test_every_state_is_in_every_table() -> None:
    assert set(TRANSITIONS) == set(LABELS_IT) == set(ClaimState)
    assert len(set(LABELS_IT.values())) == len(ClaimState)


@pytest.mark.parametrize(
    ("claims", "state", "label"),
    [
        ([], S.DRAFT, "BOZZA"),
        ([S.DRAFT, S.WITHDRAWN], S.DRAFT, "BOZZA"),
        ([S.WITHDRAWN], S.WITHDRAWN, "RITIRATA"),
        ([S.SUBMITTED, S.SUBMITTED], S.SUBMITTED, "INSERITA"),
        ([S.SUBMITTED, S.APPROVED], S.SUBMITTED, "IN VALUTAZIONE"),
        ([S.SUSPENDED, S.APPROVED], S.SUSPENDED, "SOSPESA"),
        ([S.REFERRED, S.SUBMITTED], S.REFERRED, "DA VALUTARE"),
        ([S.SETTLED, S.REJECTED], S.SETTLED, "LIQUIDATA"),
        ([S.PAID, S.REJECTED], S.PAID, "PAGATA"),
        ([S.PAID, S.RETURNED], S.RETURNED, "BONIFICO RESPINTO"),
        ([S.REJECTED, S.WITHDRAWN], S.REJECTED, "RESPINTA"),
    ],
)
def test_a_case_is_what_its_claims_are(claims: list[ClaimState], state: ClaimState, label: str) -> None:
    assert (case_state(claims), case_label_it(claims)) == (state, label)


def test_no_open_claim_hides_behind_a_decided_one() -> None:
    for open_state, decided in product(UNDECIDED, set(ClaimState) - UNDECIDED):
        assert case_state([decided, open_state]) is open_state
