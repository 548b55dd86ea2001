"""From the event to the relay, on a real database and a real SMTP connection."""

import asyncio
import hashlib
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from notify_smtp_server import TAKE_AND_DROP


async def drain(harness: Any) -> None:
    await harness.drain()


async def test_one_event_one_message_to_the_member(harness: Any, make_contact: Any, make_settled: Any) -> None:
    await harness.receive(make_contact(), make_settled())
    await drain(harness)
    [message] = harness.smtp.accepted
    [row] = await harness.rows("select * from message")
    assert harness.smtp.recipients == ["giulia@example.org"]
    assert message["Message-ID"] == f"<{row['id']}@mutua.example>"
    assert message["Subject"] == "Pratica 2026-004502: rimborso approvato"
    assert "90,00" in message.get_body(("plain",)).get_content()
    assert (row["state"], row["language"], row["attempts"]) == ("delivered", "it", 1)
    assert len(row["template_version"]) == 12
    assert await harness.published() == [("notify.message_delivered.v1", "fnm")]


async def test_the_trace_of_the_event_goes_on(harness: Any, make_contact: Any, make_settled: Any) -> None:
    await harness.receive(make_contact(), make_settled())
    await drain(harness)
    [row] = await harness.rows("select traceparent from outbox")
    assert row["traceparent"].split("-")[1] == "0af7651916cd43dd8448eb211c80319c"


async def test_what_tells_about_health_is_not_even_kept(harness: Any, make_contact: Any, make_settled: Any) -> None:
    await harness.receive(make_contact(), make_settled(article="3.6"))
    [row] = await harness.rows("select data::text as data from message")
    assert "article" not in row["data"]
    assert "person_id" not in row["data"]


async def test_a_redelivered_event_makes_no_second_message(harness: Any, make_contact: Any, make_settled: Any) -> None:
    event = make_settled()
    await harness.receive(make_contact(), event)
    await harness.receive(event)
    await drain(harness)
    # Even when the inbox has forgotten the event, the message's own constraint holds.
    await harness.rows("delete from inbox")
    await harness.receive(event, event)
    await drain(harness)
    assert len(harness.smtp.accepted) == 1


async def test_a_message_waits_visibly_for_the_contact(harness: Any, make_contact: Any, make_settled: Any) -> None:
    await harness.receive(make_settled())
    assert await harness.courier.run() == 0
    assert await harness.states() == {"waiting_contact": 1}
    await harness.receive(make_contact(language="en"))
    await drain(harness)
    [message] = harness.smtp.accepted
    assert message["Subject"] == "Case 2026-004502: reimbursement approved"


async def test_the_person_alone_is_no_contact(
    harness: Any, make_event: Any, make_contact: Any, make_settled: Any
) -> None:
    contact = make_contact()
    person = make_event("claims.member_changed.v1", {**contact.data, "version": 7}, subject=contact.subject)
    await harness.receive(person, make_settled())
    assert await harness.states() == {"waiting_contact": 1}
    await harness.receive(contact)
    assert await harness.states() == {"queued": 1}


async def test_the_newest_contact_wins(harness: Any, make_contact: Any, make_settled: Any) -> None:
    newer, older = make_contact(version=2, email="new@example.org"), make_contact(version=1, email="old@example.org")
    await harness.receive(newer)
    await harness.receive(older, make_settled())
    await drain(harness)
    assert harness.smtp.recipients == ["new@example.org"]


async def test_a_contact_of_one_fund_serves_no_other(harness: Any, make_contact: Any, make_settled: Any) -> None:
    event = make_settled()
    await harness.receive(make_contact())
    await harness.receive(type(event)(**{n: getattr(event, n) for n in event.__slots__} | {"fund": "faschim"}))
    # That fund has no templates yet: the event is parked for a person to see, and nothing is sent.
    assert await harness.states() == {}
    [parked] = await harness.rows("select error from parked_event")
    assert "no template claim_settled" in parked["error"]


async def test_a_busy_relay_is_asked_again(harness: Any, make_contact: Any, make_settled: Any) -> None:
    answers = iter(["451 busy", "450 still busy"])
    harness.smtp.on_rcpt = lambda _recipient: next(answers, None)
    await harness.receive(make_contact(), make_settled())
    await drain(harness)
    attempts = await harness.rows("select number, outcome, code from delivery_attempt order by number")
    assert [tuple(one) for one in attempts] == [(1, "deferred", 451), (2, "deferred", 450), (3, "accepted", 250)]
    assert len(harness.smtp.accepted) == 1


async def test_between_two_tries_there_is_a_pause(harness: Any, make_contact: Any, make_settled: Any) -> None:
    harness.courier._policy = type(harness.courier._policy)(3600, 7200, 5)
    harness.smtp.on_data = lambda _message: "452 full"
    await harness.receive(make_contact(), make_settled())
    assert await harness.courier.run() == 1
    assert await harness.courier.run() == 0
    [row] = await harness.rows("select next_attempt_at - clock_timestamp() as pause from message")
    assert 3500 < row["pause"].total_seconds() <= 3600


@pytest.mark.parametrize(
    ("place", "answer", "reason"),
    [("on_rcpt", "550 no such user", "recipient_refused"), ("on_data", "554 spam", "text_refused")],
)
async def test_a_refusal_is_final_and_told(
    harness: Any, make_contact: Any, make_settled: Any, place: str, answer: str, reason: str
) -> None:
    setattr(harness.smtp, place, lambda _given: answer)
    await harness.receive(make_contact(), make_settled())
    await drain(harness)
    [row] = await harness.rows("select state, reason, attempts from message")
    assert tuple(row) == ("failed", reason, 1)
    assert await harness.published() == [("notify.message_failed.v1", "fnm")]


async def test_one_refused_message_spoils_no_other(harness: Any, make_contact: Any, make_settled: Any) -> None:
    members = [uuid4() for _ in range(6)]
    for number, member in enumerate(members):
        await harness.receive(make_contact(member, email=f"m{number}@example.org"), make_settled(member))
    harness.smtp.on_rcpt = lambda recipient: "550 gone" if recipient == "m2@example.org" else None
    await drain(harness)
    assert sorted(harness.smtp.recipients) == [f"m{n}@example.org" for n in (0, 1, 3, 4, 5)]
    assert harness.smtp.connections == 1


async def test_an_address_that_is_none_fails_without_a_try_at_the_relay(
    harness: Any, make_contact: Any, make_settled: Any
) -> None:
    await harness.receive(make_contact(email="nobody"), make_settled())
    await drain(harness)
    [row] = await harness.rows("select state, reason from message")
    assert tuple(row) == ("failed", "address_unusable")
    assert harness.smtp.accepted == []


async def test_an_unreachable_relay_costs_no_attempt(harness: Any, make_contact: Any, make_settled: Any) -> None:
    await harness.smtp.stop()
    await harness.receive(make_contact(), make_settled())
    await harness.courier.run()
    [row] = await harness.rows("select state, attempts, claim from message")
    assert tuple(row) == ("queued", 0, None)
    await harness.smtp.start()
    await harness.rows("update message set next_attempt_at = clock_timestamp()")
    await drain(harness)
    assert len(harness.smtp.accepted) == 1


async def test_a_greeting_that_refuses_is_the_relays_trouble(
    harness: Any, make_contact: Any, make_settled: Any
) -> None:
    harness.smtp.greeting = "554 not now"
    await harness.receive(make_contact(), make_settled())
    await harness.courier.run()
    assert await harness.states() == {"queued": 1}


def letter(make_event: Any, content: bytes, **changes: Any) -> Any:
    data = {
        "booking_id": str(uuid4()),
        "code": "MB-7K4Q",
        "member_id": "01890a5d-ac96-774b-bcce-b302099a8001",
        "person_name": "Marco Rossi",
        "facility_name": "Poliambulatorio Le Robinie",
        "facility_address": "Via Larga 14, Saronno",
        "service_title": "Visita cardiologica",
        "appointment_at": "2026-11-26T07:40:00Z",
        "member_share_cents": 3150,
        "document_key": "letters/one.pdf",
        "document_sha256": hashlib.sha256(content).hexdigest(),
    }
    return make_event("bookings.quota_letter_ready.v1", data | changes)


async def test_the_letter_arrives_byte_by_byte(harness: Any, make_contact: Any, make_event: Any) -> None:
    content = b"%PDF-1.7\n" + bytes(range(256)) * 1200
    (harness.documents / "letters").mkdir()
    (harness.documents / "letters" / "one.pdf").write_bytes(content)
    await harness.receive(make_contact(), letter(make_event, content))
    await drain(harness)
    [message] = harness.smtp.accepted
    [attachment] = list(message.iter_attachments())
    assert attachment.get_content() == content
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_filename() == "quota-letter-MB-7K4Q.pdf"
    assert "cardiologica" not in message.as_string()


async def test_another_document_than_announced_is_never_sent(harness: Any, make_contact: Any, make_event: Any) -> None:
    (harness.documents / "letters").mkdir()
    (harness.documents / "letters" / "one.pdf").write_bytes(b"%PDF of somebody else")
    await harness.receive(make_contact(), letter(make_event, b"%PDF mine"))
    await drain(harness)
    [row] = await harness.rows("select state, reason from message")
    assert tuple(row) == ("failed", "document_unusable")
    assert harness.smtp.accepted == []


async def test_a_document_that_is_not_there_yet_is_waited_for(harness: Any, make_contact: Any, make_event: Any) -> None:
    content = b"%PDF late"
    await harness.receive(make_contact(), letter(make_event, content))
    await harness.courier.run()
    assert harness.smtp.accepted == []
    (harness.documents / "letters").mkdir()
    (harness.documents / "letters" / "one.pdf").write_bytes(content)
    await drain(harness)
    assert len(harness.smtp.accepted) == 1


async def test_a_lost_answer_is_tried_again_under_the_same_message_id(
    harness: Any, make_contact: Any, make_settled: Any
) -> None:
    answers = iter([TAKE_AND_DROP])
    harness.smtp.on_data = lambda _message: next(answers, None)
    await harness.receive(make_contact(), make_settled())
    await drain(harness)
    outcomes = await harness.rows("select outcome from delivery_attempt order by number")
    assert [row["outcome"] for row in outcomes] == ["unknown", "accepted"]
    # The relay took it twice: nothing in SMTP can prevent that, and the receiver sees one Message-ID.
    assert len({message["Message-ID"] for message in harness.smtp.accepted}) == 1


async def test_what_a_dead_sender_held_is_sent_by_another(harness: Any, make_contact: Any, make_settled: Any) -> None:
    await harness.receive(make_contact(), make_settled(), make_settled())
    _claim, batch = await harness.courier._claim()
    # The first one had begun; then the process died, without a word to anybody.
    await harness.courier._log.turn(None, batch[0])
    assert await harness.courier.recover() == 0
    await harness.rows("update message set lease_until = clock_timestamp() - interval '1 second'")
    assert await harness.another().recover() == 2
    await drain(harness)
    assert len(harness.smtp.accepted) == 2
    outcomes = await harness.rows(
        "select outcome from delivery_attempt where message_id = $1 order by number", batch[0].message.id
    )
    assert [row["outcome"] for row in outcomes] == ["unknown", "accepted"]


async def test_a_sender_that_lost_its_claim_does_not_send(harness: Any, make_contact: Any, make_settled: Any) -> None:
    await harness.receive(make_contact(), make_settled())
    _claim, batch = await harness.courier._claim()
    await harness.rows("update message set lease_until = clock_timestamp() - interval '1 second'")
    await harness.another().recover()
    await harness.courier._send_batch(_claim, batch)
    assert harness.smtp.accepted == []
    assert await harness.states() == {"queued": 1}


async def test_a_stop_in_the_middle_finishes_the_message_and_frees_the_rest(
    harness: Any, make_contact: Any, make_settled: Any
) -> None:
    await harness.receive(make_contact(), *(make_settled() for _ in range(5)))
    running = asyncio.create_task(harness.courier.run())

    def stop(_message: EmailMessage) -> None:
        if len(harness.smtp.accepted) == 1:
            running.cancel()

    harness.smtp.on_data = stop
    with pytest.raises(asyncio.CancelledError):
        await running
    # The second one was on its way, and the third had begun.
    assert await harness.states() == {"delivered": 3, "queued": 2}
    harness.smtp.on_data = lambda _message: None
    await drain(harness)
    assert len(harness.smtp.accepted) == 5


async def test_no_faster_than_the_relay_allows(harness: Any, make_contact: Any, make_settled: Any) -> None:
    harness.services.relay._pace._gap = 0.05
    await harness.receive(make_contact(), *(make_settled() for _ in range(6)))
    started = asyncio.get_running_loop().time()
    await drain(harness)
    assert asyncio.get_running_loop().time() - started >= 0.25


async def test_a_payment_to_a_facility_writes_to_nobody(harness: Any, make_event: Any) -> None:
    data = {
        "payout_id": str(uuid4()),
        "payee": "facility",
        "member_id": None,
        "amount_cents": 1,
        "iban_last4": "4471",
        "execution_on": "2026-11-30",
        "claim_ids": [],
    }
    await harness.receive(make_event("payouts.payout_sent.v1", data))
    assert await harness.states() == {}


@pytest.mark.parametrize(
    ("reason", "last_day", "expected"),
    [("late", "2026-11-24", "booking_refused_late"), ("denied", None, "booking_refused_denied")],
)
async def test_a_refused_booking_says_how_to_go_on(
    harness: Any, make_contact: Any, make_event: Any, reason: str, last_day: str | None, expected: str
) -> None:
    data = {
        "booking_id": str(uuid4()),
        "member_id": "01890a5d-ac96-774b-bcce-b302099a8001",
        "person_name": "Marco Rossi",
        "facility_name": "Poliambulatorio",
        "service_title": "Visita cardiologica",
        "appointment_at": "2026-11-26T07:40:00Z",
        "reason": reason,
        "last_day_in_time": last_day,
        "reasons": [],
    }
    await harness.receive(make_contact(), make_event("bookings.booking_refused.v1", data))
    await drain(harness)
    [row] = await harness.rows("select template, state from message")
    assert tuple(row) == (expected, "delivered")


async def test_every_step_is_audited_without_personal_data(harness: Any, make_contact: Any, make_settled: Any) -> None:
    await harness.receive(make_contact(), make_settled())
    await drain(harness)
    rows = await harness.rows("select action, actor, details::text as details from audit_entry order by seq")
    assert [row["action"] for row in rows] == ["contact.changed", "message.created", "message.accepted"]
    assert {row["actor"] for row in rows} == {"system:notify"}
    assert not any("@" in row["details"] or "Giulia" in row["details"] for row in rows)


async def test_logs_hold_no_personal_data(
    harness: Any,
    make_contact: Any,
    make_settled: Any,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    harness.smtp.on_rcpt = lambda recipient: f"550 <{recipient}> unknown"
    await harness.receive(make_contact(), make_settled())
    await drain(harness)
    # Printed, or handed to the standard library where another test has configured the logs before.
    said = "".join(capsys.readouterr()) + caplog.text
    assert "message_attempt" in said
    assert not any(word in said for word in ("giulia@", "Giulia", "Arrig", "90,00"))
