"""One running program of the system."""

import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path

from mutua_local.guard import guarded
from mutua_local.lifeline import Lifeline
from mutua_local.logs import log_file
from mutua_local.processes import Process, State
from mutua_local.state import ProcessStatus

_STOP_SECONDS = 10.0


class Child:
    """A process with its log, its guard and what is known of it."""

    def __init__(self, process: Process, logs: Path, lifeline: Lifeline) -> None:
        self.process = process
        ports = list(process.ports.values())
        self.status = ProcessStatus(process.name, ports=ports, health_url=process.health_url)
        self.exit_code = 0
        self._logs = logs
        self._lifeline = lifeline
        self._running: asyncio.subprocess.Process | None = None
        self._started_at = 0.0

    @property
    def lived_seconds(self) -> float:
        return time.monotonic() - self._started_at

    @property
    def exit_text(self) -> str:
        """Say in words how the program ended."""
        if self.exit_code < 0:
            return f"was killed by {signal.Signals(-self.exit_code).name}"
        return f"ended with exit code {self.exit_code}"

    async def start(self) -> int:
        """Start the program in a process group of its own and return its process id."""
        process = self.process
        with log_file(self._logs, process.name).open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *guarded(process.command, stop_signal=process.stop_signal, account=process.account),
                env={**os.environ, "PYTHONUNBUFFERED": "1", **process.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/" if process.account else None,
                start_new_session=True,
            )
        self._started_at = time.monotonic()
        self.status.pid = self._running.pid
        self.status.state = State.STARTING
        self._lifeline.register(self._running.pid, process.stop_signal)
        return self._running.pid

    async def wait(self) -> None:
        """Return when the program has ended, together with all that it had started itself."""
        if self._running:
            self.exit_code = await self._running.wait()
            self.signal(signal.SIGKILL)
            self._lifeline.forget(self._running.pid)
            self.status.pid = None

    async def stop(self) -> None:
        """Ask the program to stop; kill it when it takes too long."""
        if self._running is None or self._running.returncode is not None:
            return
        self.signal(self.process.stop_signal)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._running.wait()
        except TimeoutError:
            self.signal(signal.SIGKILL)
            await self._running.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and to all that it started."""
        if self._running:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._running.pid, number)
