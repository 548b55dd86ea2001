"""Start the small system as a process of its own and look at what it leaves."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import psutil

from mutua_local.embedded import free_port
from mutua_local.settings import Ports
from mutua_local.state import Phase, RunStatus, read_status

SMALL_SYSTEM = Path(__file__).with_name("small_system.py")
SECONDS = 40.0


def until(condition: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for: {what}"
        time.sleep(0.05)


def command_line(pid: int) -> str:
    """Return what the process runs, or nothing once it has ended: it may do so between two looks at it."""
    try:
        process = psutil.Process(pid)
        # Where nobody reaps orphans, what has ended stays as a zombie: it holds nothing.
        return "" if process.status() == psutil.STATUS_ZOMBIE else " ".join(process.cmdline()) or f"process {pid}"
    except psutil.NoSuchProcess:
        return ""


class SmallRun:
    def __init__(self, home: Path, **extra: str) -> None:
        self.home = home
        ports = {Ports.setting(field.name): str(free_port()) for field in fields(Ports)}
        self.environment = {**os.environ, "MUTUA_HOME": str(home), **ports, **extra}
        self.supervisor: subprocess.Popen[str] | None = None
        self.pids: set[int] = set()

    def start(self) -> "SmallRun":
        self.supervisor = subprocess.Popen(
            [sys.executable, str(SMALL_SYSTEM)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return self

    def ready(self) -> "SmallRun":
        assert self.supervisor
        until(lambda: self.is_ready() or self.supervisor.poll() is not None, "the small system")
        if self.supervisor.poll() is not None:
            raise AssertionError(self.supervisor.stdout.read())
        self.pids = {child.pid for child in psutil.Process(self.supervisor.pid).children(recursive=True)}
        return self

    def is_ready(self) -> bool:
        status = self.status()
        return status is not None and status.phase is Phase.READY and status.pid == self.supervisor.pid

    def status(self) -> RunStatus | None:
        return read_status(self.home / "state.json")

    def process(self, name: str):
        return next(process for process in self.status().processes if process.name == name)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        self.supervisor.send_signal(number)
        output, _ = self.supervisor.communicate(timeout=SECONDS)
        return self.supervisor.returncode, output

    def watchdogs(self) -> list[psutil.Process]:
        children = psutil.Process(self.supervisor.pid).children()
        return [child for child in children if "watchdog.py" in command_line(child.pid)]

    def leftovers(self) -> list[str]:
        """Return what still lives of the processes that ran when the system was ready."""
        return [line for pid in self.pids if (line := command_line(pid))]

    def end(self) -> None:
        if self.supervisor and self.supervisor.poll() is None:
            self.supervisor.kill()
            self.supervisor.wait()
        if self.supervisor and self.supervisor.stdout:
            self.supervisor.stdout.close()
        until(lambda: not self.leftovers(), "everything gone")
