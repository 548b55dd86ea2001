"""States, retries, identifiers."""

from itertools import product
from uuid import UUID

import pytest

from notify_svc.domain.delivery import Answer, Outcome, RetryPolicy, next_step
from notify_svc.domain.errors import MessageTransitionForbidden
from notify_svc.domain.mail import internet_message_id
from notify_svc.domain.message_states import TRANSITIONS, MessageState, move

POLICY = RetryPolicy(base_seconds=30, longest_seconds=14_400, most_attempts=5)


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(MessageState)


@pytest.mark.parametrize(("state", "to"), list(product(MessageState, MessageState)))
def test_only_the_listed_transitions(state: MessageState, to: MessageState) -> None:
    if to in TRANSITIONS[state]:
        assert move(state, to) is to
    else:
        with pytest.raises(MessageTransitionForbidden):
            move(state, to)


def test_nothing_is_sent_without_being_taken_from_the_queue() -> None:
    before_delivery = {state for state, after in TRANSITIONS.items() if MessageState.DELIVERED in after}
    assert before_delivery == {MessageState.SENDING}


@pytest.mark.parametrize("outcome", [Outcome.DEFERRED, Outcome.UNKNOWN])
def test_trying_later_with_longer_pauses(outcome: Outcome) -> None:
    steps = [next_step(Answer(outcome, "busy"), attempts=n, policy=POLICY) for n in range(1, 5)]
    assert [step.state for step in steps] == [MessageState.QUEUED] * 4
    assert [step.pause_seconds for step in steps] == [30, 60, 120, 240]


def test_the_pause_has_an_end() -> None:
    assert POLICY.pause_seconds(100) == 14_400


def test_giving_up_after_the_last_attempt() -> None:
    step = next_step(Answer(Outcome.DEFERRED, "busy"), attempts=5, policy=POLICY)
    assert (step.state, step.reason) == (MessageState.FAILED, "gave_up_busy")


def test_a_refusal_is_final_at_once() -> None:
    step = next_step(Answer(Outcome.REFUSED, "recipient_refused", 550), attempts=1, policy=POLICY)
    assert (step.state, step.reason) == (MessageState.FAILED, "recipient_refused")


def test_the_message_id_is_stable_for_a_sending() -> None:
    one = UUID("01890a5d-ac96-774b-bcce-b302099a8061")
    assert internet_message_id(one, 0, "mutua.example") == "<01890a5d-ac96-774b-bcce-b302099a8061@mutua.example>"
    assert internet_message_id(one, 1, "mutua.example") != internet_message_id(one, 0, "mutua.example")
