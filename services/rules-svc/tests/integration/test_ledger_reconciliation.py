"""The limits ledger against its decisions: equal after any story, and every fault of the tables is found."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from factories_rules import Desk
from sqlalchemy import event, text

from kit.clock import FixedClock
from kit.context import Context
from rules_svc.entrypoints.reconciliation_job import reconcile_ledgers

NOVEMBER = date(2026, 11, 1)
AFTER = datetime(2026, 12, 1, 8, tzinfo=UTC)
TABLES = ("decision", "limit_posting", "limit_balance")


async def _reconciled(desk: Desk) -> dict[str, Any]:
    await reconcile_ledgers(desk.services)
    return (await desk.published("rules.ledger_reconciled.v1"))[-1]


async def _story(desk: Desk) -> None:
    """Play what moves limits: decided, corrected, referred and granted, reserved, consumed, released, raised."""
    claim, booking, released, person = uuid4(), uuid4(), uuid4(), uuid4()
    glasses = {"article": "3.8"}
    await desk.handle(
        desk.claim(claim, person, amount_cents=30_000, **glasses),
        desk.claim(uuid4(), uuid4(), amount_cents=15_000),
        desk.booking(booking, person, amount_cents=10_000),
        desk.booking(released, uuid4(), amount_cents=12_000),
    )
    await desk.handle(
        desk.claim(claim, person, revision=2, amount_cents=10_000, **glasses),
        desk.booking_end("closed", booking),
        desk.booking_end("cancelled", released),
    )
    await desk.handle(desk.increased(booking, 500))


async def _break(desk: Desk, statement: str) -> None:
    """Do to the tables what only somebody with the database in hand could do."""
    context = Context(fund="fnm", actor="system:test", now=desk.services.clock.now())
    async with desk.services.uow.begin(context) as tx:
        for table in TABLES:
            await tx.conn.execute(text(f"alter table rules.{table} disable trigger user"))
        await tx.conn.exec_driver_sql(statement)


async def test_month_that_ended_is_reconciled_once_and_all_equal(desk: Desk, clock: FixedClock) -> None:
    await _story(desk)
    clock.set(AFTER)
    found = await _reconciled(desk)
    assert (found["fund"], found["month"], found["through_on"]) == ("fnm", "2026-11-01", "2026-12-01")
    assert (found["differing"], found["differences"]) == (0, [])
    sizes = [(await desk.rows(f"select count(*) as n from rules.{table}"))[0].n for table in TABLES]
    assert [found["decisions"], found["postings"], found["balances"]] == sizes
    assert [(one["kind"], one["on"], one["decisions"], one["payable_cents"]) for one in found["totals"]] == [
        ("booking", "2026-11-02", 2, 14_300),
        ("booking_review", "2026-11-02", 1, 500),
        ("claim", "2026-11-02", 3, 33_000),
    ]
    await reconcile_ledgers(desk.services)
    assert len(await desk.published("rules.ledger_reconciled.v1")) == 1


async def test_month_that_is_not_over_waits_for_somebody_to_ask(desk: Desk) -> None:
    await _story(desk)
    found = await _reconciled(desk)
    # October has ended; nothing was decided in it.
    assert (found["month"], found["decisions"], found["totals"]) == ("2026-10-01", 0, [])


FAULTS = {
    "decided_anew": "update rules.decision set payable_cents = payable_cents + 1 where payable_cents = 9000",
    "postings_of_decision": "delete from rules.limit_posting where kind = 'consume' and amount = 18000",
    "end_of_posting": "update rules.limit_posting set amount = amount + 1 where kind = 'release'",
    "posting_without_cause": "update rules.limit_posting set decision_id = gen_random_uuid() where kind = 'release'",
    "balance_consumed": "update rules.limit_balance set consumed = consumed + 1 where measure = 'amount'",
    "balance_reserved": "update rules.limit_balance set reserved = reserved + 1",
    "balance_uses": (
        'update rules.limit_balance set rolling_months = 24, ceiling = 1000000, uses = \'{"x": ["2026-10-12", 1]}\' '
        "where measure = 'amount'"
    ),
    "unreadable": "update rules.decision set inputs = '{}' where payable_cents = 9000",
}


@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_is_found(desk: Desk, clock: FixedClock, name: str) -> None:
    await _story(desk)
    clock.set(AFTER)
    await _break(desk, FAULTS[name])
    found = await _reconciled(desk)
    assert found["differing"] == len(found["differences"]) > 0
    assert {"unreadable": "decided_anew"}.get(name, name) in {one["check"] for one in found["differences"]}


async def test_many_differences_are_counted_and_the_first_are_shown(desk: Desk, clock: FixedClock) -> None:
    await desk.handle(*(desk.claim(uuid4(), uuid4(), amount_cents=10_000, article="3.8") for _ in range(60)))
    clock.set(AFTER)
    await _break(desk, "update rules.limit_balance set consumed = consumed + 1 where measure = 'amount'")
    found = await _reconciled(desk)
    assert (found["differing"], len(found["differences"])) == (120, 100)
    one = found["differences"][0]
    assert (one["expected"], one["actual"]) == (6_000, 6_001)
    assert UUID(one["id"].split("/")[0])


async def test_statements_do_not_grow_with_the_ledger(desk: Desk, clock: FixedClock) -> None:
    counts = []
    for claims in (1, 40):
        await desk.handle(*(desk.claim(uuid4(), uuid4(), amount_cents=10_000) for _ in range(claims)))
        clock.set(AFTER)
        before = await desk.published("rules.ledger_reconciled.v1")
        counts.append(await _statements_of_a_request(desk))
        assert len(await desk.published("rules.ledger_reconciled.v1")) == len(before) + 1
        clock.set(datetime(2026, 11, 20, tzinfo=UTC))
    assert counts[0] == counts[1]


async def _statements_of_a_request(desk: Desk) -> int:
    counted: list[str] = []

    def count(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # The notice to the relay goes beside, now and then one for several transactions.
        if not statement.startswith("notify "):
            counted.append(statement)

    context = Context(fund="fnm", actor="system:test", now=desk.services.clock.now())
    engine = desk.services.uow.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    async with desk.services.uow.begin(context) as tx:
        await tx.ledger_audit.ask(NOVEMBER, requested_by="test")
    await reconcile_ledgers(desk.services)
    event.remove(engine, "before_cursor_execute", count)
    return len(counted)
