from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from booking_factories import APPOINTMENT, ITEM, NOW, PRICE, authorisation, booking, decision

from booking_api.domain.booking import Booking, QuotaLetter, Refusal
from booking_api.domain.booking_states import LABELS_EN, LABELS_IT, OPEN, TRANSITIONS, BookingState
from booking_api.domain.decision import Outcome, Reason
from booking_api.domain.errors import AppointmentStarted, TransitionForbidden
from booking_api.domain.invoice import ProviderInvoice
from booking_api.domain.next_step import NEXT_STEPS

S = BookingState
TWO = replace(ITEM, quantity=2)
AFTER = APPOINTMENT + timedelta(hours=2)
INVOICE = ProviderInvoice("1", APPOINTMENT.date(), 12_000)
LATE = Reason("late", None, "tardi", "late")

COMMANDS: dict[BookingState, Callable[[Booking], None]] = {
    S.AUTHORISED: lambda b: b.authorise(decision(), authorisation(), expires_at=AFTER, actor="x"),
    S.NOT_AUTHORISED: lambda b: b.decide(decision(Outcome.DENY), at=NOW, actor="x"),
    S.LETTER_SENT: lambda b: b.send_letter(QuotaLetter("k", "h", NOW), actor="x"),
    S.DISPENSED: lambda b: b.dispense((ITEM,), dispensed_on=APPOINTMENT.date(), at=AFTER, actor="x"),
    S.CANCELLED: lambda b: b.cancel(at=NOW, actor="x"),
    S.EXPIRED: lambda b: b.expire(at=AFTER, actor="x"),
    S.REQUESTED: lambda b: b.confirm_late(at=NOW, actor="x", reason="ok"),
    S.SETTLED: lambda b: b.pay_out(paid_on=AFTER.date(), at=AFTER, actor="x"),
    S.REPLACED: lambda b: b.replace(uuid4(), at=NOW, actor="x", reason="ok"),
}


def in_state(state: BookingState) -> Booking:
    late = Refusal.LATE if state is S.NOT_AUTHORISED else None
    return booking(state, authorisation=authorisation(), refusal=late)


@pytest.mark.parametrize(("start", "wanted"), list(product(S, COMMANDS)))
def test_only_the_listed_transitions_are_possible(start: BookingState, wanted: BookingState):
    subject = in_state(start)
    # From suspended, what was dispensed is reported again by a correction only.
    if wanted in TRANSITIONS[start] and start is not S.SUSPENDED:
        COMMANDS[wanted](subject)
        assert subject.state is wanted
        assert subject.changes[0].from_state is start
    else:
        with pytest.raises(TransitionForbidden) as refused:
            COMMANDS[wanted](subject)
        assert refused.value.data["state"] == start
        assert subject.state is start
        assert subject.changes == []


@pytest.mark.parametrize("start", list(S))
def test_only_a_request_can_be_refused_as_late_or_referred(start: BookingState):
    for command, allowed in (
        (lambda b: b.refuse_late(at=NOW, actor="x", reason=LATE), {S.REQUESTED, S.REFERRED}),
        (lambda b: b.decide(decision(Outcome.REFER), at=NOW, actor="x"), {S.REQUESTED, S.REFERRED}),
    ):
        subject = in_state(start)
        if start in allowed:
            command(subject)
        elif start is not S.NOT_AUTHORISED:
            with pytest.raises(TransitionForbidden):
                command(subject)


@pytest.mark.parametrize("start", list(S))
def test_an_operator_refuses_only_what_waits_for_one(start: BookingState):
    subject = in_state(start)
    if start in {S.REFERRED, S.NOT_AUTHORISED}:
        subject.refuse(at=NOW, actor="x", reason=LATE)
        assert (subject.state, subject.refusal, subject.reasons) == (S.NOT_AUTHORISED, Refusal.DENIED, (LATE,))
        assert subject.reachable == frozenset()
    else:
        with pytest.raises(TransitionForbidden):
            subject.refuse(at=NOW, actor="x", reason=LATE)


def test_a_final_refusal_can_neither_be_confirmed_nor_refused_again():
    subject = booking(S.NOT_AUTHORISED, refusal=Refusal.DENIED)
    for command in (COMMANDS[S.REQUESTED], lambda b: b.refuse(at=NOW, actor="x", reason=LATE)):
        with pytest.raises(TransitionForbidden) as refused:
            command(subject)
        assert refused.value.data["allowed"] == []


def test_a_late_request_is_confirmed_until_the_appointment_begins():
    in_state(S.NOT_AUTHORISED).confirm_late(at=APPOINTMENT - timedelta(seconds=1), actor="x", reason="ok")
    with pytest.raises(AppointmentStarted):
        in_state(S.NOT_AUTHORISED).confirm_late(at=APPOINTMENT, actor="x", reason="ok")


def test_every_state_has_its_transitions_labels_and_next_step():
    for table in (TRANSITIONS, LABELS_IT, LABELS_EN, NEXT_STEPS):
        assert set(table) == set(S)
    assert {state for state in S if not TRANSITIONS[state]} == {S.CANCELLED, S.EXPIRED, S.REPLACED}
    assert {state for state in S if S.EXPIRED in TRANSITIONS[state]} == OPEN
    assert LABELS_IT[S.AUTHORISED] == "APPROVATA"
    assert LABELS_IT[S.REFERRED] == "DA VALUTARE"


def test_cancelling_is_possible_until_the_appointment_begins():
    in_state(S.LETTER_SENT).cancel(at=APPOINTMENT - timedelta(seconds=1), actor="x")
    with pytest.raises(AppointmentStarted):
        in_state(S.LETTER_SENT).cancel(at=APPOINTMENT, actor="x")


def test_shares_that_miss_the_price_are_refused():
    with pytest.raises(ValueError, match="agreed price"):
        booking().authorise(decision(), authorisation(member_share_cents=1), expires_at=AFTER, actor="x")


def test_a_denied_booking_keeps_its_reasons():
    subject = booking()
    subject.decide(decision(Outcome.DENY), at=NOW, actor="x")
    assert (subject.refusal, subject.reasons[0].article) == (Refusal.DENIED, "3.6")


@pytest.mark.parametrize("outcome", [Outcome.PEND, Outcome.REFER])
def test_what_no_rule_decides_goes_to_a_person(outcome: Outcome):
    subject = booking()
    subject.decide(decision(outcome), at=NOW, actor="x")
    assert (subject.state, subject.refusal) == (S.REFERRED, None)
    assert subject.awaits(decision(), at=NOW)


def test_the_same_decision_again_is_not_awaited():
    subject, taken = booking(), decision(Outcome.REFER)
    subject.decide(taken, at=NOW, actor="x")
    assert not subject.awaits(taken, at=NOW)
    assert not in_state(S.AUTHORISED).awaits(decision(), at=NOW)


def test_a_decision_after_the_appointment_has_begun_comes_too_late():
    assert not booking().awaits(decision(), at=APPOINTMENT)


def dispensed(**changes: Any) -> Booking:
    made = booking(S.LETTER_SENT, authorisation=authorisation(), items=(TWO,), price_cents=2 * PRICE, **changes)
    made.authorisation = authorisation(fund_share_cents=18_000, member_share_cents=6_000)
    return made


def test_an_invoice_to_the_cent_closes_and_one_cent_suspends_with_the_reason():
    for cents, state in ((0, S.CLOSED), (1, S.SUSPENDED), (-1, S.SUSPENDED)):
        subject = in_state(S.LETTER_SENT)
        subject.dispense((ITEM,), dispensed_on=APPOINTMENT.date(), at=AFTER, actor="x")
        subject.settle(replace(INVOICE, fund_share_cents=9_000 + cents), at=AFTER, actor="x")
        assert subject.state is state
    [why] = subject.differences
    assert (why.code, why.expected_cents, why.found_cents) == ("fund_share_differs", 9_000, 8_999)
    assert "89,99 €" in why.text_it
    subject.correct((ITEM,), dispensed_on=APPOINTMENT.date(), at=AFTER, actor="x")
    subject.settle(INVOICE, at=AFTER, actor="x")
    assert (subject.state, subject.differences, subject.revision) == (S.CLOSED, (), 1)


def test_without_an_invoice_it_stays_dispensed():
    subject = in_state(S.LETTER_SENT)
    subject.dispense((ITEM,), dispensed_on=APPOINTMENT.date(), at=AFTER, actor="x")
    subject.settle(None, at=AFTER, actor="x")
    assert subject.state is S.DISPENSED


def test_what_was_given_in_part_waits_for_its_own_decision():
    subject = dispensed()
    subject.dispense((ITEM,), dispensed_on=APPOINTMENT.date(), at=AFTER, actor="x")
    subject.settle(INVOICE, at=AFTER, actor="x")
    assert (subject.state, subject.revision, subject.price_cents) == (S.DISPENSED, 2, 2 * PRICE)
    assert not subject.redecides(decision())
    second = decision(revision=2)
    assert subject.redecides(second)
    subject.redecide(second)
    subject.settle(INVOICE, at=AFTER, actor="x")
    assert (subject.state, subject.price_cents, subject.granted.fund_share_cents) == (S.CLOSED, PRICE, 9_000)


def test_a_part_that_the_rules_do_not_grant_is_suspended_until_it_is_reported_anew():
    subject = dispensed()
    subject.dispense((ITEM,), dispensed_on=APPOINTMENT.date(), at=AFTER, actor="x")
    subject.redecide(decision(Outcome.DENY, revision=2))
    subject.settle(INVOICE, at=AFTER, actor="x")
    assert (subject.state, subject.differences[0].code) == (S.SUSPENDED, "not_authorised_as_given")
    with pytest.raises(TransitionForbidden):
        subject.release(at=AFTER, actor="x", reason="no")
    subject.correct((TWO,), dispensed_on=APPOINTMENT.date(), at=AFTER, actor="x")
    assert (subject.revision, subject.waits_for_decision) == (3, True)
