"""Execution: killed anywhere and resumed, by two at once, after changes."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from payout_factories import FundDriver, Killed, begin_killed_after, iban, transfers_in
from pydantic import TypeAdapter

from kit.clock import FixedClock
from kit.ids import new_id
from payout_svc.domain.bank_channel import FileFormat
from payout_svc.domain.errors import BalancesChanged, PayoutRunInExecution, PayoutRunStateForbids
from payout_svc.domain.events import PayoutSent
from payout_svc.domain.payout_run import FilePart, PayoutRun, RunState
from payout_svc.entrypoints.worker import resume_runs
from payout_svc.use_cases import execute_run as execution


async def _approved(fund: FundDriver, *, members: int = 5) -> PayoutRun:
    for number in range(1, members + 1):
        member = await fund.enrol(number=number)
        await fund.deliver(fund.settled(member, 5000 + number), fund.settled(member, 100))
    await fund.settle(await fund.enrol(number=80, with_iban=False), 9000)
    await fund.settle(await fund.enrol(number=81), 5000)
    await fund.close_booking(new_id(), 4200)
    return await fund.approve(await fund.prepare())


async def _assert_paid_once(fund: FundDriver, run: PayoutRun) -> None:
    finished = await fund.execute(run)
    assert finished.state is RunState.SENT
    payouts = await fund.payouts()
    paid = sum(payout["amount_cents"] for payout in payouts)
    assert (len(payouts), paid) == (run.totals.paid_payees, run.totals.paid_cents)
    assert {payout["state"] for payout in payouts} == {"sent"}
    assert (await fund.balances())["bank:clearing"] == -paid
    assert await fund.is_balanced()
    transfers = [transfer for file in await fund.files_of(finished) for transfer in transfers_in(file)]
    assert sorted(reference for reference, _, _ in transfers) == sorted(f"MP{p['payout_id'].hex}" for p in payouts)
    sent = await fund.events("payout_sent")
    assert sorted(event["payout_id"] for event in sent) == sorted(str(p["payout_id"]) for p in payouts)
    assert len(await fund.events("payout_held")) == 1


async def test_execution_pays_once_and_again_changes_nothing(fund: FundDriver) -> None:
    run = await _approved(fund)
    first = await fund.execute(run)
    assert await fund.execute(run) == first
    await _assert_paid_once(fund, run)
    (held,) = await fund.events("payout_held")
    assert (held["amount_cents"], held["reason"]) == (9000, "iban_missing")


async def test_killed_between_storing_and_recording_the_file(fund: FundDriver) -> None:
    run = await _approved(fund)
    stored = []

    class DyingFiles:
        @asynccontextmanager
        async def draft(self, wanted: PayoutRun, part: FilePart) -> Any:
            async with fund.services.files.draft(wanted, part) as draft:
                keep = draft.store

                async def store() -> Any:
                    stored.append(await keep())
                    raise Killed

                draft.store = store
                yield draft

    with pytest.raises(Killed):
        await fund.execute(run, files=DyingFiles())
    await _assert_paid_once(fund, run)
    finished = await fund.execute(run)
    assert finished.file == stored[0]


async def test_two_executors_at_once(fund: FundDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "BATCH", 2)
    await fund.use_channel(FileFormat.PAIN_09, per_file=7)
    run = await _approved(fund, members=20)
    results = await asyncio.gather(*(fund.execute(run) for _ in range(4)))
    assert len(results[0].files) == 3
    assert {result.files for result in results} == {results[0].files}
    await _assert_paid_once(fund, run)


async def test_worker_finishes_what_was_left_behind(fund: FundDriver, clock: FixedClock) -> None:
    run = await _approved(fund)
    with pytest.raises(Killed):
        await fund.execute(run, begin_killed_after(fund.begin(), 1))
    await resume_runs(fund.services)
    assert (await fund.rows("select state from payouts.payout_run"))[0]["state"] == "posted"
    clock.set(clock.now() + timedelta(minutes=2))
    await resume_runs(fund.services)
    await _assert_paid_once(fund, run)


async def test_interrupted_run_cannot_be_replaced(fund: FundDriver) -> None:
    run = await _approved(fund)
    with pytest.raises(Killed):
        await fund.execute(run, begin_killed_after(fund.begin(), 1))
    with pytest.raises(PayoutRunInExecution):
        await fund.prepare()


async def test_not_approved_is_refused(fund: FundDriver) -> None:
    run = await fund.prepare()
    with pytest.raises(PayoutRunStateForbids, match="approval"):
        await fund.execute(run)


async def test_changed_balances_are_refused_and_named(fund: FundDriver) -> None:
    member = await fund.enrol(number=1)
    await fund.settle(member, 9000)
    run = await fund.approve(await fund.prepare())
    await fund.settle(member, 100)
    with pytest.raises(BalancesChanged) as refusal:
        await fund.execute(run)
    assert refusal.value.data["changed_payees"] == 1
    (change,) = refusal.value.data["changes"]
    assert (change["payee_id"], change["what"]) == (str(member), "amount")
    assert (change["planned_cents"], change["present_cents"]) == (9000, 9100)
    assert await fund.payouts() == []
    assert (await fund.pay()).totals.paid_cents == 9100


async def test_new_payee_and_new_iban_are_changes_too(fund: FundDriver) -> None:
    member = await fund.enrol(number=1)
    await fund.settle(member, 9000)
    run = await fund.approve(await fund.prepare())
    await fund.change_iban(member, iban(7), version=2)
    late = await fund.enrol(number=2)
    await fund.settle(late, 50)
    with pytest.raises(BalancesChanged) as refusal:
        await fund.execute(run)
    assert {(c["payee_id"], c["what"]) for c in refusal.value.data["changes"]} == {
        (str(member), "iban"),
        (str(late), "amount"),
    }


async def test_claim_of_a_later_day_does_not_disturb(fund: FundDriver) -> None:
    member = await fund.enrol(number=1)
    await fund.settle(member, 9000)
    run = await fund.approve(await fund.prepare())
    await fund.deliver(fund.settled(member, 100, settled_on="2026-11-28"))
    assert (await fund.execute(run)).totals.paid_cents == 9000
    assert await fund.owed(member) == 100


async def test_run_that_pays_nobody_has_no_file(fund: FundDriver) -> None:
    run = await fund.pay()
    assert (run.state, run.files) == (RunState.SENT, ())


async def test_events_are_those_of_the_class(fund: FundDriver) -> None:
    member, facility = await fund.enrol(number=1), new_id()
    await fund.deliver(fund.settled(member, 9000), fund.settled(member, 100))
    booking = await fund.close_booking(facility, 4200)
    run = await fund.pay()
    writer = TypeAdapter(PayoutSent)
    events = await fund.events("payout_sent")
    for event in events:
        assert writer.dump_python(writer.validate_python(event), mode="json") == event
        assert event["run_id"] == str(run.run_id)
    by_payee = {event["payee"]: event for event in events}
    assert (by_payee["member"]["member_id"], by_payee["member"]["facility_id"]) == (str(member), None)
    assert (by_payee["member"]["amount_cents"], by_payee["member"]["iban_last4"]) == (9100, iban(1)[-4:])
    assert len(by_payee["member"]["claim_ids"]) == 2
    assert (by_payee["facility"]["facility_id"], by_payee["facility"]["booking_ids"]) == (str(facility), [str(booking)])
    rows = await fund.rows(
        "select subject, source, fund, time, data from payouts.outbox where type = :type", type=PayoutSent.TYPE
    )
    assert {(row["subject"], row["source"], row["fund"], row["time"]) for row in rows} == {
        (row["data"]["payout_id"], "payouts", "fnm", fund.services.clock.now()) for row in rows
    }
