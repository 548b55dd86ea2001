"""The limits under concurrency, duplicates and endings, on a real PostgreSQL."""

import asyncio
import random
from typing import Any
from uuid import uuid4

import pytest
from factories_rules import Desk
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit.context import Context

BALANCES = "select limit_id, window_key, consumed, reserved, ceiling from rules.limit_balance order by 1, 2"


async def test_a_claim_consumes_every_window_once(desk: Desk) -> None:
    claim, person = uuid4(), uuid4()
    await desk.handle(desk.claim(claim, person, article="3.8", amount_cents=30_000))
    await desk.handle(desk.claim(claim, person, article="3.8", amount_cents=30_000))
    rows = await desk.rows(BALANCES)
    assert [(row.window_key, row.consumed, row.reserved) for row in rows] == [
        ("2025-2026", 18_000, 0),
        ("2026-2027", 18_000, 0),
    ]
    assert [event["payable_cents"] for event in await desk.published("rules.claim_adjudicated.v1")] == [18_000]
    assert not await desk.rows("select * from rules.parked_event")


async def test_a_completed_claim_is_decided_again(desk: Desk) -> None:
    claim, person = uuid4(), uuid4()
    first = desk.claim(claim, person, article="3.8", amount_cents=30_000, documents=["invoice"])
    await desk.handle(first)
    await desk.handle(desk.claim(claim, person, revision=2, article="3.8", amount_cents=30_000))
    events = await desk.published("rules.claim_adjudicated.v1")
    assert [(event["revision"], event["outcome"], event["payable_cents"]) for event in events] == [
        (1, "pend", 0),
        (2, "pay", 18_000),
    ]
    assert [one["document"] for one in events[0]["missing"]] == ["prescription"]
    assert sum(row.consumed for row in await desk.rows(BALANCES)) == 2 * 18_000


async def test_a_prescription_on_file_serves_the_next_claim(desk: Desk) -> None:
    person = uuid4()
    await desk.handle(desk.claim(uuid4(), person, article="3.8", amount_cents=10_000))
    await desk.handle(desk.claim(uuid4(), person, article="3.8", amount_cents=10_000, documents=["invoice"]))
    events = await desk.published("rules.claim_adjudicated.v1")
    assert [event["outcome"] for event in events] == ["pay", "pay"]


async def test_a_booking_reserves_then_consumes_once(desk: Desk) -> None:
    booking, person = uuid4(), uuid4()
    await desk.handle(desk.booking(booking, person, amount_cents=20_000))
    assert {(row.consumed, row.reserved) for row in await desk.rows(BALANCES)} == {(0, 13_000)}
    await desk.handle(desk.booking_end("closed", booking), desk.booking_end("closed", booking))
    await desk.handle(desk.booking_end("cancelled", booking))
    assert {(row.consumed, row.reserved) for row in await desk.rows(BALANCES)} == {(13_000, 0)}
    kinds = await desk.rows("select kind, count(*) from rules.limit_posting group by 1 order by 1")
    assert [tuple(row) for row in kinds] == [("consume", 2), ("reserve", 2)]


async def test_a_cancelled_booking_gives_back(desk: Desk) -> None:
    booking, person = uuid4(), uuid4()
    item = [{"article": None, "code": "1107", "quantity": 1, "amount_cents": 9_000}]
    await desk.handle(desk.booking(booking, person, article="5.1", amount_cents=9_000, items=item))
    held = await desk.rows("select reserved, uses from rules.limit_balance")
    assert [(row.reserved, list(row.uses)) for row in held] == [(1, [f"booking:{booking}"])]
    await desk.handle(desk.booking_end("cancelled", booking), desk.booking_end("closed", booking))
    after = await desk.rows("select consumed, reserved, uses from rules.limit_balance")
    assert [tuple(row) for row in after] == [(0, 0, {})]


async def test_refused_claims_take_nothing(desk: Desk) -> None:
    person = uuid4()
    late = {"expense_date": "2026-01-05", "received_on": "2026-11-02"}
    await desk.handle(desk.claim(uuid4(), person, article="3.8", amount_cents=30_000, **late))
    await desk.handle(desk.claim(uuid4(), person, article="9.9", amount_cents=30_000))
    await desk.handle(desk.claim(uuid4(), person, expense_date="2022-03-01", received_on="2022-04-01"))
    events = await desk.published("rules.claim_adjudicated.v1")
    assert [event["outcome"] for event in events] == ["deny", "refer", "refer"]
    assert events[2]["plan_version"] == ""
    assert sum(row.consumed + row.reserved for row in await desk.rows(BALANCES)) == 0
    assert not await desk.rows("select * from rules.limit_posting")


async def test_sixty_four_at_once_never_pass_the_ceiling(desk: Desk) -> None:
    person = uuid4()
    claims = [desk.claim(uuid4(), person, article="3.8", amount_cents=5_000) for _ in range(32)]
    bookings = [desk.booking(uuid4(), person, amount_cents=5_000) for _ in range(32)]
    chance = random.Random(7)  # noqa: S311 (the same order in every run)
    events = claims + bookings + chance.sample(claims + bookings, 16)
    chance.shuffle(events)
    await asyncio.gather(*(desk.handle(event) for event in events))
    rows = await desk.rows(BALANCES)
    assert len(rows) == 2
    for row in rows:
        assert row.consumed + row.reserved <= row.ceiling == 45_000
        # Indirect ones stop at 400.00, direct ones fill the pot to 450.00.
        assert row.consumed <= 40_000
    decided = await desk.rows("select payable_cents, outcome from rules.decision")
    assert len(decided) == 64
    assert sum(row.payable_cents for row in decided) == rows[0].consumed + rows[0].reserved
    posted = await desk.rows("select window_key, sum(amount) as total from rules.limit_posting group by 1 order by 1")
    assert [(row.window_key, int(row.total)) for row in posted] == [
        (row.window_key, row.consumed + row.reserved) for row in rows
    ]
    assert not await desk.rows("select * from rules.parked_event")


async def test_sixty_four_splintings_at_once_pay_one(desk: Desk) -> None:
    person = uuid4()
    item = [{"article": None, "code": "1107", "quantity": 1, "amount_cents": 9_000}]
    events = [
        desk.claim(uuid4(), person, article="5.1", amount_cents=9_000, items=item, documents=["invoice", "dental_form"])
        for _ in range(64)
    ]
    await asyncio.gather(*(desk.handle(event) for event in events))
    paid = await desk.rows("select payable_cents from rules.decision where outcome = 'pay'")
    assert [row.payable_cents for row in paid] == [4_500]


@pytest.mark.parametrize(
    "change",
    [
        "update rules.limit_balance set consumed = ceiling + 1",
        "update rules.limit_balance set consumed = -1",
        "update rules.decision set payable_cents = 1",
        "delete from rules.limit_posting",
        "update rules.plan_version set content = '{}'",
        """update rules.limit_balance set rolling_months = 24, ceiling = 1,
           uses = '{"a": ["2024-03-11", 1], "b": ["2026-03-10", 1]}'""",
    ],
)
async def test_the_database_refuses(desk: Desk, change: str) -> None:
    await desk.handle(desk.claim(uuid4(), uuid4(), article="3.8", amount_cents=30_000))
    context = Context(fund="fnm", actor="system:test", now=desk.services.clock.now())
    with pytest.raises(DBAPIError):
        async with desk.services.uow.begin(context) as tx:
            await tx.conn.execute(text(change))


async def test_two_uses_24_months_apart_are_allowed(desk: Desk) -> None:
    peak = await desk.rows(
        """select rules.peak_use('{"a": ["2024-03-11", 1], "b": ["2026-03-11", 1]}', 24) as apart,
                  rules.peak_use('{"a": ["2024-03-11", 1], "b": ["2026-03-10", 1]}', 24) as together,
                  rules.peak_use('{}', 24) as none"""
    )
    assert tuple(peak[0]) == (1, 2, 0)


async def test_a_claim_takes_four_statements(desk: Desk) -> None:
    from sqlalchemy import event  # noqa: PLC0415 (only this test counts statements)

    await desk.handle(desk.claim(uuid4(), uuid4(), article="3.8", amount_cents=30_000))
    seen: list[str] = []
    engine = desk.services.uow.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    await desk.handle(desk.claim(uuid4(), uuid4(), article="3.8", amount_cents=30_000))
    own = [sql for sql in seen if "inbox" not in sql and "set_config" not in sql and "notify" not in sql]
    own = [sql for sql in own if "parked_event" not in sql]
    assert len(own) == 4, own


@pytest.mark.parametrize(
    ("request_", "window", "taken"),
    [
        ({"article": "3.11", "amount_cents": 500_000, "service": "sostituzione arto"}, "rolling", 300_000),
        ({"article": "3.3", "amount_cents": 200_000, "service": "LASIK"}, "lifetime", 60_000),
        (
            {"article": "4.6", "amount_cents": 60_000, "extra": {"school_cycle": "primary", "accredited": True}},
            "lifetime/primary",
            39_000,
        ),
        (
            {"article": "7.9", "amount_cents": 30_000, "extra": {"school_level": "secondary_1"}},
            "2026-07-01",
            30_000,
        ),
    ],
)
async def test_each_kind_of_window_is_posted_and_kept(
    desk: Desk, request_: dict[str, Any], window: str, taken: int
) -> None:
    person, documents = uuid4(), ["invoice", "prescription", "bes_report", "school_certificate"]
    usual = {"documents": documents, "provider": {"kind": "hospital"}, "service": "valutazione"}
    await desk.handle(desk.claim(uuid4(), person, **(usual | request_)))
    rows = [row for row in await desk.rows(BALANCES) if row.window_key == window and row.consumed == taken]
    assert rows, await desk.published("rules.claim_adjudicated.v1")
    with pytest.raises(DBAPIError, match="within_ceiling"):
        await desk.rows(
            "update rules.limit_balance set consumed = ceiling + 1, "
            """uses = '{"a": ["2026-10-12", 99999999]}' where window_key = :window returning 1""",
            window=window,
        )
