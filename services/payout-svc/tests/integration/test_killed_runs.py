"""A run killed at twenty random points ends with the same ledger and bank files as one that nobody disturbed.

The approved run lies in a template database. Each time a process of its own executes it on a fresh copy and kills
itself with SIGKILL before the n-th thing that it does to the database or to a bank file. Then the run is executed
again, as the worker does it.
"""

import asyncio
import multiprocessing
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from payout_factories import FundDriver
from sqlalchemy import event

from kit.clock import FixedClock
from kit.ids import new_id
from kit.testing.databases import ServiceDatabase, ServiceTemplate
from payout_svc.adapters.transfer_file_store import TransferFileDraft
from payout_svc.bootstrap import Services, build
from payout_svc.domain.bank_channel import FileFormat
from payout_svc.settings import PayoutSettings
from payout_svc.use_cases import execute_run as execution

POINTS = 20
SEED = 6
LEDGER = """
    select kind, source_id, booked_on, posted_at, reverses is null as original, line, account, party_id, amount_cents
    from payouts.ledger_transaction join payouts.posting using (transaction_id) order by kind, source_id, line
"""
FILES = "select number, sha256, size_bytes, transfers, amount_cents from payouts.payout_file order by number"
SENT = "select subject, data from payouts.outbox where source = 'payouts' order by subject"


def _before_each_step(services: Services, act: Callable[[], None]) -> None:
    """Call something before every statement, commit and piece of a bank file."""
    engine = services.uow.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *_: act())
    event.listen(engine, "commit", lambda *_: act())
    add, store = TransferFileDraft.add, TransferFileDraft.store

    def add_after(draft: TransferFileDraft, transfers: Any) -> None:
        act()
        add(draft, transfers)

    async def store_after(draft: TransferFileDraft) -> Any:
        act()
        stored = await store(draft)
        act()
        return stored

    TransferFileDraft.add, TransferFileDraft.store = add_after, store_after  # type: ignore[method-assign]


async def _execute(services: Services, run_id: UUID) -> None:
    fund = FundDriver(services)
    await execution.execute_run(fund.begin(), run_id=run_id, executed_by="paolo", files=services.files)
    await services.uow.close()


def _die(settings: PayoutSettings, moment: Any, run_id: UUID, point: int) -> None:
    """Execute a run in this process, which dies before its n-th step."""
    execution.BATCH = 3
    services = build(settings, clock=FixedClock(moment))
    steps = 0

    def step() -> None:
        nonlocal steps
        if steps == point:
            os.kill(os.getpid(), signal.SIGKILL)
        steps += 1

    _before_each_step(services, step)
    asyncio.run(_execute(services, run_id))


async def _approved(services: Services) -> UUID:
    fund = FundDriver(services)
    await fund.publish_terms()
    await fund.use_channel(FileFormat.PAIN_09, per_file=4)
    for number in range(1, 8):
        member = await fund.enrol(number=number)
        await fund.deliver(fund.settled(member, 5000 + number), fund.settled(member, 100))
    await fund.settle(await fund.enrol(number=80, with_iban=False), 9000)
    await fund.correct(await fund.enrol(number=81), -700)
    await fund.close_booking(new_id(), 4200)
    run = await fund.approve(await fund.prepare())
    await services.uow.close()
    return run.run_id


async def _ended(services: Services) -> dict[str, Any]:
    fund = FundDriver(services)
    assert await fund.is_balanced()
    ended = {name: await fund.rows(sql) for name, sql in (("ledger", LEDGER), ("files", FILES), ("sent", SENT))}
    for file in ended["files"]:
        keys = await fund.rows("select run_id, file_key from payouts.payout_file where number = :n", n=file["number"])
        file["bytes"] = await services.documents.get(keys[0]["file_key"])
    await services.uow.close()
    return ended


@contextmanager
def _copy(template: ServiceTemplate) -> Iterator[ServiceDatabase]:
    yield from template.clone()


def test_killed_at_twenty_random_points(
    settings: PayoutSettings,
    database: ServiceDatabase,
    template: ServiceTemplate,
    clock: FixedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id = asyncio.run(_approved(build(settings, clock=clock)))
    approved = replace(template, name=database.url.rpartition("/")[2])
    monkeypatch.setattr(execution, "BATCH", 3)

    def services_on(copy: ServiceDatabase, folder: str) -> Services:
        return build(_settings_on(settings, copy, tmp_path / folder), clock=clock)

    with _copy(approved) as copy:
        steps: list[None] = []
        undisturbed = services_on(copy, "undisturbed")
        with monkeypatch.context() as patches:
            patches.setattr(TransferFileDraft, "add", TransferFileDraft.add)
            patches.setattr(TransferFileDraft, "store", TransferFileDraft.store)
            _before_each_step(undisturbed, lambda: steps.append(None))
            asyncio.run(_execute(undisturbed, run_id))
        expected = asyncio.run(_ended(services_on(copy, "undisturbed")))
    assert (len(expected["files"]), len(expected["sent"])) == (2, 9)

    # The server of the dying processes imports this file once; each of them starts as its fork.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    for point in random.Random(SEED).sample(range(len(steps)), POINTS):  # noqa: S311 (a seed, not a secret)
        with _copy(approved) as copy:
            own = _settings_on(settings, copy, tmp_path / str(point))
            dying = processes.Process(target=_die, args=(own, clock.now(), run_id, point))
            dying.start()
            dying.join()
            assert dying.exitcode == -signal.SIGKILL, point
            asyncio.run(_execute(services_on(copy, str(point)), run_id))
            assert asyncio.run(_ended(services_on(copy, str(point)))) == expected, point


def _settings_on(settings: PayoutSettings, copy: ServiceDatabase, folder: Path) -> PayoutSettings:
    return PayoutSettings.model_validate(
        settings.model_dump() | {"database_url": copy.url, "documents_url": f"file://{folder}"}
    )
