"""The demo is the journey: it must pass, pass again, and pass while workers are killed under it."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from mutua_local.state import read_status

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


def _demo(system):
    played = system.mutua("demo", seconds=240)
    assert played.returncode == 0, played.stdout + played.stderr
    return played.stdout


def test_the_month_is_played_and_may_be_played_again(system):
    first = _demo(system)
    for expected in ("97,50 →     90,00", "90,00 →     72,00", "115,00 €", "SOSPESA", "RESPINTA", "checks passed"):
        assert expected in first
    assert "checks passed" in _demo(system)


def _worker_pids(home: Path) -> list[int]:
    run = read_status(home / "state.json")
    assert run is not None
    return [process.pid for process in run.processes if process.name.endswith("worker") and process.pid]


def test_workers_killed_in_the_middle_change_nothing(system):
    stop = threading.Event()
    killed: list[int] = []

    def kill_now_and_then() -> None:
        while not stop.wait(6):
            for pid in _worker_pids(system.home)[len(killed) % 2 :: 2]:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        assert "checks passed" in _demo(system)
    finally:
        stop.set()
        killer.join()
        time.sleep(1)
    assert killed
