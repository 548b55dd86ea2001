"""States, retries, identifiers."""

from itertools import product
from uuid import UUID

import pytest

from notify_svc.domain.bounce import Bounce, Severity
from notify_svc.domain.delivery import Answer, Outcome, RetryPolicy, next_step
from notify_svc.domain.errors import MessageTransitionForbidden
from notify_svc.domain.mail import internet_message_id
from notify_svc.domain.message_states import TRANSITIONS, MessageState, move
from notify_svc.domain.return_path import ReturnPaths, Sending, sending_of_message_id

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


def test_each_sending_has_its_own_return_path() -> None:
    paths = ReturnPaths("posta.inviata@mutua.example")
    one = Sending(UUID("01890a5d-ac96-774b-bcce-b302099a8061"), 3)
    address = paths.of(one)
    assert address == "posta.inviata+01890a5dac96774bbcceb302099a8061-3@mutua.example"
    assert len(address.partition("@")[0]) <= 64
    assert paths.find(f"<{address}>") == one
    # Mail servers may change the case of an address.
    assert paths.find(f"to {address.upper()}, others") == one


@pytest.mark.parametrize(
    "text",
    [
        "posta+01890a5dac96774bbcceb302099a8061-3@mutua.example",
        "x.posta.inviata+01890a5dac96774bbcceb302099a8061-3@mutua.example",
        "posta.inviata+01890a5dac96774bbcceb302099a8061-3@mutua.example.evil.org",
        "posta.inviata+01890a5dac96774bbcceb302099a806-3@mutua.example",
        "postaXinviata+01890a5dac96774bbcceb302099a8061-3@mutua.example",
        "posta.inviata@mutua.example",
    ],
)
def test_what_is_no_return_path_of_ours(text: str) -> None:
    assert ReturnPaths("posta.inviata@mutua.example").find(text) is None


def test_a_message_id_names_its_sending() -> None:
    one = UUID("01890a5d-ac96-774b-bcce-b302099a8061")
    for number in (0, 2):
        text = f"Message-ID: {internet_message_id(one, number, 'mutua.example')}"
        assert sending_of_message_id(text, "mutua.example") == Sending(one, number)
        assert sending_of_message_id(text, "other.example") is None


@pytest.mark.parametrize(
    ("status", "reason", "blames"),
    [
        ("5.1.1", "bounced_address_unknown", True),
        ("5.1.10", "bounced_address_unknown", True),
        ("5.2.1", "bounced_mailbox_disabled", True),
        ("5.0.0", "bounced", True),
        ("5.2.2", "bounced_mailbox_full", False),
        ("4.2.2", "bounced_mailbox_full", False),
        ("5.7.1", "bounced_refused_by_policy", False),
        ("5.6.1", "bounced_text_refused", False),
        ("5.1.8", "bounced_sender_refused", False),
        ("4.4.7", "bounced_gave_up", False),
    ],
)
def test_only_a_bad_address_is_blamed(status: str, reason: str, blames: bool) -> None:
    bounce = Bounce(Sending(UUID(int=1), 0), status, "")
    assert (bounce.reason, bounce.blames_address) == (reason, blames)
    assert bounce.severity is (Severity.HARD if status[0] == "5" else Severity.TEMPORARY)


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
