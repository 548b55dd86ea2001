"""Keeps the processes of a run alive and stops them together."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import httpx

from mutua_local.child import Child
from mutua_local.errors import StartFailed
from mutua_local.health import is_healthy
from mutua_local.lifeline import Lifeline
from mutua_local.logs import log_file, tail
from mutua_local.processes import Job, Process, State
from mutua_local.state import ProcessStatus

_FIRST_BACK_OFF_SECONDS = 0.5
_LONGEST_BACK_OFF_SECONDS = 15.0
_STEADY_SECONDS = 60.0
_LIFE_SIGN_SECONDS = 1.5
_POLL_SECONDS = 0.1
_START_ATTEMPTS = 3
TAIL_LINES = 25


class Supervisor:
    """Starts processes, restarts those that die, stops all of them in order."""

    def __init__(self, *, logs: Path, say: Callable[[str], None], changed: Callable[[], None]) -> None:
        self._logs = logs
        self._say = say
        self._changed = changed
        self._lifeline = Lifeline()
        self._children: dict[str, Child] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    def statuses(self) -> list[ProcessStatus]:
        return [child.status for child in self._children.values()]

    async def open(self) -> None:
        """Start the watchdog and the look after health."""
        await self._lifeline.open()
        self._tasks.append(asyncio.create_task(self._look_after_health()))

    async def start(self, process: Process) -> int:
        """Start a process, keep it running from now on, return its process id."""
        child = self._children[process.name] = Child(process, self._logs, self._lifeline)
        pid = await child.start()
        self._tasks.append(asyncio.create_task(self._keep(child)))
        self._changed()
        return pid

    async def wait_healthy(
        self, names: Iterable[str], *, seconds: float, waiting: Callable[[list[str]], None] = lambda _: None
    ) -> None:
        """Return when all are healthy.

        Raises:
            StartFailed: one of them keeps dying, or the time is over.
        """
        children = [self._children[name] for name in names]
        deadline = time.monotonic() + seconds
        while missing := [child for child in children if child.status.state is not State.HEALTHY]:
            waiting([child.process.name for child in missing])
            hopeless = [child for child in missing if child.status.restarts >= _START_ATTEMPTS]
            if hopeless:
                raise self._failure(hopeless[0], f"{hopeless[0].exit_text}, {_START_ATTEMPTS} times")
            if time.monotonic() > deadline:
                raise self._failure(missing[0], f"not healthy after {seconds:.0f} s")
            await asyncio.sleep(_POLL_SECONDS)

    async def stop(self) -> None:
        """Stop everything, one stage after the other, so that nobody outlives what it depends on."""
        self._stopping = True
        for stage in sorted({child.process.stop_stage for child in self._children.values()}):
            await asyncio.gather(*(c.stop() for c in self._children.values() if c.process.stop_stage == stage))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for child in self._children.values():
            child.status.state = State.STOPPED
        await self._lifeline.close()
        self._changed()

    def kill(self) -> None:
        """Kill everything at once: the person at the terminal has no patience left."""
        for child in self._children.values():
            child.signal(signal.SIGKILL)

    async def run_to_end(self, job: Job) -> None:
        """Run a one-off job.

        Raises:
            StartFailed: it did not end well.
        """
        child = Child(
            Process(name=job.name, command=job.command, environment=job.environment), self._logs, self._lifeline
        )
        await child.start()
        try:
            await child.wait()
        finally:
            await child.stop()
        if child.exit_code:
            raise self._failure(child, child.exit_text)

    async def _keep(self, child: Child) -> None:
        back_off = _FIRST_BACK_OFF_SECONDS
        while True:
            await child.wait()
            if self._stopping:
                return
            back_off = _FIRST_BACK_OFF_SECONDS if child.lived_seconds > _STEADY_SECONDS else back_off
            child.status.state = State.RESTARTING
            child.status.restarts += 1
            self._changed()
            self._say(f"  ! {child.process.name} {child.exit_text}: starting it again in {back_off:.1f} s")
            await asyncio.sleep(back_off)
            back_off = min(back_off * 2, _LONGEST_BACK_OFF_SECONDS)
            await child.start()
            self._changed()

    async def _look_after_health(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                starting = [c for c in self._children.values() if c.status.state is State.STARTING]
                await asyncio.gather(*(self._look(child, client) for child in starting))
                await asyncio.sleep(_POLL_SECONDS)

    async def _look(self, child: Child, client: httpx.AsyncClient) -> None:
        pid = child.status.pid
        silent = not child.process.health_url and not child.process.ports
        if pid is None or (silent and child.lived_seconds < _LIFE_SIGN_SECONDS):
            return
        healthy = await is_healthy(child.process, pid, client)
        # While the answer was on its way the process may have died: then the answer is not about its successor.
        if healthy and child.status.pid == pid and child.status.state is State.STARTING:
            child.status.state = State.HEALTHY
            self._changed()
            if child.status.restarts:
                self._say(f"  + {child.process.name} is back")

    def _failure(self, child: Child, reason: str) -> StartFailed:
        name = child.process.name
        return StartFailed(name, reason, "\n".join(tail(log_file(self._logs, name), TAIL_LINES)))
