"""Reminders on a real database: once each, on their day, and not when they are needless."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from kit.events import Envelope

MEMBER = "01890a5d-ac96-774b-bcce-b302099a8001"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def happened(event: Envelope, moment: str) -> Envelope:
    return Envelope(**{name: getattr(event, name) for name in event.__slots__} | {"time": at(moment)})


class Story:
    """Events of one booking, one claim and one member, and the clock."""

    def __init__(self, harness: Any, make_event: Any, make_contact: Any) -> None:
        self.harness = harness
        self.make_event = make_event
        self.make_contact = make_contact
        self.booking_id = str(uuid4())
        self.claim_id = str(uuid4())

    async def start(self) -> None:
        await self.harness.receive(self.make_contact())

    async def on(self, moment: str) -> None:
        self.harness.services.clock.set(at(moment))
        await self.harness.reminders.run()

    async def hear(self, kind: str, data: dict[str, Any], when: str = "2026-11-20T09:30") -> Envelope:
        event = happened(self.make_event(kind, {"member_id": MEMBER} | data), when)
        await self.harness.receive(event)
        return event

    async def authorise(self, when: str = "2026-11-20T09:30", **changes: Any) -> Envelope:
        return await self.hear("bookings.booking_authorised.v1", self.booking() | changes, when)

    def booking(self) -> dict[str, Any]:
        return {
            "booking_id": self.booking_id,
            "code": "AUT-7K3M",
            "person_name": "Marco Rossi",
            "facility_name": "Poliambulatorio",
            "facility_address": "Via Larga 14",
            "appointment_at": "2026-12-16T09:30:00Z",
            "member_share_cents": 3000,
        }

    async def letter(self, when: str) -> None:
        document = {"document_key": "letters/x.pdf", "document_sha256": "0" * 64}
        await self.hear("bookings.quota_letter_ready.v1", self.booking() | document, when)

    async def suspend(self, **changes: Any) -> Envelope:
        data = {
            "claim_id": self.claim_id,
            "case_id": str(uuid4()),
            "case_number": "FNM-2026-000001",
            "suspended_on": "2026-11-20",
            "lapses_on": "2027-01-19",
            "missing": [{"document": "prescription"}],
        }
        return await self.hear("claims.claim_suspended.v1", data | changes)

    async def hold(self, reason: str = "iban_missing", when: str = "2026-11-30T09:30") -> Envelope:
        return await self.hear("payouts.payout_held.v1", {"amount_cents": 9000, "reason": reason}, when)

    async def sent(self) -> list[str]:
        rows = await self.harness.rows("select template from message where template like '%reminder' order by id")
        return [row["template"] for row in rows]

    async def states(self) -> list[str]:
        rows = await self.harness.rows("select state from reminder order by due_on")
        return [row["state"] for row in rows]


@pytest.fixture
async def story(harness: Any, make_event: Any, make_contact: Any) -> Story:
    story = Story(harness, make_event, make_contact)
    await story.start()
    return story


async def test_two_working_days_before_and_once(story: Story) -> None:
    event = await story.authorise()
    # Eight in the morning of Monday the 14th is 07:00 UTC.
    await story.on("2026-12-14T06:59")
    assert await story.sent() == []
    await story.on("2026-12-14T07:00")
    assert await story.sent() == ["appointment_reminder"]
    await story.harness.rows("delete from inbox")
    await story.harness.receive(event, event)
    await story.on("2026-12-15T09:00")
    assert await story.sent() == ["appointment_reminder"]


async def test_a_letter_on_that_day_is_the_reminder(story: Story) -> None:
    await story.authorise()
    await story.letter("2026-12-14T00:05")
    await story.on("2026-12-14T09:00")
    assert await story.sent() == []
    assert await story.states() == ["stopped"]


async def test_a_letter_long_before_reminds_of_nothing(story: Story) -> None:
    await story.authorise()
    await story.letter("2026-12-01T08:00")
    await story.on("2026-12-14T09:00")
    assert await story.sent() == ["appointment_reminder"]


@pytest.mark.parametrize("end", ["booking_cancelled", "booking_dispensed", "booking_closed"])
async def test_what_will_not_be_is_not_reminded_of(story: Story, end: str) -> None:
    await story.authorise()
    await story.hear(f"bookings.{end}.v1", {"booking_id": story.booking_id})
    await story.on("2026-12-14T09:00")
    assert await story.sent() == []


async def test_a_standstill_sends_no_reminder_of_the_past(story: Story) -> None:
    await story.authorise()
    await story.on("2026-12-16T09:00")
    assert await story.sent() == []
    assert await story.states() == ["missed"]
    [row] = await story.harness.rows("select action from audit_entry where entity = 'reminder'")
    assert row["action"] == "reminder.missed"


async def test_day_thirty_and_day_fifty_of_a_suspension(story: Story) -> None:
    await story.suspend()
    await story.on("2026-12-19T23:30")
    assert await story.sent() == []
    await story.on("2026-12-20T07:00")
    await story.on("2026-12-21T07:00")
    assert await story.sent() == ["suspension_reminder"]
    await story.on("2027-01-09T07:00")
    await story.on("2027-01-30T07:00")
    assert await story.sent() == ["suspension_reminder"] * 2


@pytest.mark.parametrize("end", ["claim_submitted", "claim_settled", "claim_rejected"])
async def test_what_ends_a_suspension_ends_its_reminders(story: Story, end: str) -> None:
    await story.suspend()
    facts = {"case_id": str(uuid4()), "case_number": "1", "rejected_on": "2026-12-01", "settled_on": "2026-12-01"}
    await story.hear(f"claims.{end}.v1", facts | {"claim_id": story.claim_id, "requested_cents": 1, "payable_cents": 1})
    await story.on("2026-12-20T09:00")
    assert await story.sent() == []


async def test_a_second_suspension_counts_from_its_own_day(story: Story) -> None:
    await story.suspend()
    await story.hear("claims.claim_submitted.v1", {"claim_id": story.claim_id})
    await story.suspend(suspended_on="2026-12-10", lapses_on="2027-02-08")
    await story.on("2026-12-20T09:00")
    assert await story.sent() == []
    await story.on("2027-01-09T09:00")
    assert await story.sent() == ["suspension_reminder"]


async def test_after_a_standstill_only_the_last_one_goes_out(story: Story) -> None:
    await story.suspend()
    await story.on("2027-01-10T09:00")
    assert await story.sent() == ["suspension_reminder"]
    assert await story.states() == ["missed", "sent"]


async def test_another_holder_than_the_member_is_written_about_and_reminded(story: Story) -> None:
    await story.hold("iban_mismatch")
    written = await story.harness.rows("select data->>'reason' as reason from message where template = 'payout_held'")
    assert [row["reason"] for row in written] == ["iban_mismatch"]
    assert len(await story.states()) == 2


async def test_an_iban_is_asked_for_until_it_comes(story: Story) -> None:
    await story.hold()
    await story.on("2026-12-07T09:00")
    assert await story.sent() == ["iban_reminder"]
    await story.hear("claims.bank_account_changed.v1", {}, "2026-12-10T09:00")
    await story.on("2026-12-21T09:00")
    assert await story.sent() == ["iban_reminder"]


async def test_an_account_given_before_the_request_arrived_needs_no_reminder(story: Story) -> None:
    await story.hear("claims.bank_account_changed.v1", {}, "2026-11-30T10:00")
    await story.hold(when="2026-11-30T09:30")
    await story.on("2026-12-07T09:00")
    assert await story.sent() == []
    # An account that the bank refuses later is another matter.
    returned = {"payout_id": str(uuid4()), "payee": "member", "amount_cents": 9000, "iban_last4": "1234"}
    reasons = {"reason_it": "Il conto è chiuso", "reason_en": "The account is closed"}
    await story.hear("payouts.payout_returned.v1", returned | reasons, "2026-12-04T09:00")
    await story.on("2026-12-11T09:00")
    assert await story.sent() == ["iban_reminder"]


async def test_a_new_request_takes_the_place_of_the_old_one(story: Story) -> None:
    await story.hold()
    await story.hold("iban_rejected", when="2026-12-20T09:00")
    await story.on("2026-12-21T09:00")
    assert await story.sent() == []
    await story.on("2026-12-27T09:00")
    assert await story.sent() == ["iban_reminder"]


async def test_an_account_that_waits_for_the_fund_is_not_asked_for(story: Story) -> None:
    await story.hold("iban_unverified")
    await story.on("2026-12-07T09:00")
    assert await story.sent() == []


async def test_many_workers_send_each_reminder_once(story: Story) -> None:
    members = [uuid4() for _ in range(30)]
    await story.harness.receive(*(story.make_contact(member) for member in members))
    for member in members:
        await story.suspend(member_id=str(member), claim_id=str(uuid4()))
    story.harness.services.clock.set(at("2026-12-20T09:00"))
    await asyncio.gather(*(story.harness.reminders.run() for _ in range(4)))
    rows = await story.harness.rows("select member_id from message where template = 'suspension_reminder'")
    assert sorted(row["member_id"] for row in rows) == sorted(members)


async def test_a_crash_before_the_end_leaves_the_reminder(story: Story) -> None:
    await story.suspend()
    story.harness.services.clock.set(at("2026-12-20T09:00"))
    await story.harness.rows(
        "alter table audit_entry add constraint no_more check (action <> 'message.created') not valid"
    )
    with pytest.raises(Exception, match="no_more"):
        await story.harness.reminders.run()
    assert await story.states() == ["planned", "planned"]
    await story.harness.rows("alter table audit_entry drop constraint no_more")
    await story.harness.reminders.run()
    await story.harness.reminders.run()
    assert await story.sent() == ["suspension_reminder"]


async def test_what_is_on_its_way_has_time_to_arrive(story: Story) -> None:
    story.harness.services.settings.reminder_wait_seconds = 3600
    await story.suspend()
    await story.on("2026-12-20T09:00")
    assert await story.sent() == []
    await story.harness.rows("update reminder set noticed_at = noticed_at - interval '1 hour'")
    await story.on("2026-12-20T09:01")
    assert await story.sent() == ["suspension_reminder"]


async def test_the_reminder_goes_on_under_the_trace_of_its_event(story: Story) -> None:
    event = await story.suspend()
    await story.on("2026-12-20T09:00")
    [row] = await story.harness.rows("select traceparent, event_id from message where template like '%reminder'")
    assert row["traceparent"] == event.traceparent
    assert isinstance(row["event_id"], UUID)
