"""The demo is the journey: it must pass, pass again, and pass while workers are killed under it."""

import os
import signal
import threading
from pathlib import Path

import pytest

from mutua_local.state import read_status

WORKERS = ("rules-worker", "claims-worker", "booking-worker", "payout-worker", "notify-worker")
pytestmark = pytest.mark.e2e


def _demo(system):
    played = system.mutua("demo", seconds=240)
    assert played.returncode == 0, played.stdout + played.stderr
    return played.stdout


def test_the_month_is_played_and_may_be_played_again(system):
    first = _demo(system)
    for expected in ("97,50 →     90,00", "90,00 →     72,00", "115,00 €", "SOSPESA", "RESPINTA", "checks passed"):
        assert expected in first
    assert "checks passed" in _demo(system)


def _worker_pid(home: Path, name: str) -> int | None:
    run = read_status(home / "state.json")
    assert run is not None
    return next(process.pid for process in run.processes if process.name == name)


def test_workers_killed_in_the_middle_change_nothing(system):
    stop = threading.Event()
    killed: list[str] = []

    def kill_one_after_the_other() -> None:
        for name in WORKERS:
            if stop.wait(4):
                return
            pid = _worker_pid(system.home, name)
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
                killed.append(name)

    killer = threading.Thread(target=kill_one_after_the_other)
    killer.start()
    try:
        assert "checks passed" in _demo(system)
    finally:
        stop.set()
        killer.join()
    assert len(killed) >= 2
