"""The supervisor's side of the watchdog: a pipe whose end tells that the supervisor is gone."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

_WATCHDOG = Path(__file__).with_name("watchdog.py")


class Lifeline:
    """Registers process groups with a watchdog process; a watchdog that dies is replaced."""

    def __init__(self) -> None:
        self._groups: dict[int, signal.Signals] = {}
        self._writing_end: int | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._watchdog: asyncio.subprocess.Process | None = None

    async def open(self) -> None:
        await self._start()
        self._keeper = asyncio.create_task(self._keep())

    def register(self, group: int, stop_signal: signal.Signals) -> None:
        self._groups[group] = stop_signal
        self._write(f"+ {group} {int(stop_signal)}\n")

    def forget(self, group: int) -> None:
        if self._groups.pop(group, None) is not None:
            self._write(f"- {group}\n")

    async def close(self) -> None:
        if self._keeper:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        self._cut()
        if self._watchdog:
            await self._watchdog.wait()

    async def _start(self) -> None:
        reading_end, self._writing_end = os.pipe()
        # Written before anyone reads: a supervisor killed right after the start must leave no group unknown.
        for group, stop_signal in self._groups.items():
            self._write(f"+ {group} {int(stop_signal)}\n")
        self._watchdog = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(_WATCHDOG), str(reading_end)),
            pass_fds=(reading_end,),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(reading_end)

    async def _keep(self) -> None:
        while self._watchdog:
            await self._watchdog.wait()
            self._cut()
            await self._start()

    def _write(self, line: str) -> None:
        if self._writing_end is not None:
            # A dying watchdog loses the line; its successor is told every group anew.
            with contextlib.suppress(BrokenPipeError):
                os.write(self._writing_end, line.encode("ascii"))

    def _cut(self) -> None:
        if self._writing_end is not None:
            os.close(self._writing_end)
            self._writing_end = None
