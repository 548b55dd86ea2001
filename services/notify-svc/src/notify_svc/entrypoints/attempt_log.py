"""One log for the senders of a process: what several have to write down at the same time is one transaction.

A sender writes the end of its last message and the beginning of the next one in one turn, and goes on when both are
committed. So the promise stays that of one sender alone (after a crash at most one message of each connection has an
open end), at the price of one commit for all of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from notify_svc.use_cases.ports import ClaimedMessage, EndedAttempt

# One that hangs at the relay holds up the others no longer than this.
GATHER_SECONDS = 0.01

Write = Callable[[Sequence[EndedAttempt], Sequence[ClaimedMessage]], Awaitable[Mapping[UUID, int]]]


@dataclass(frozen=True, slots=True)
class _Turn:
    ended: EndedAttempt | None
    starting: ClaimedMessage | None
    written: asyncio.Future[int | None]


class AttemptLog:
    """Collects the turns of senders and writes them together."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._senders = 0
        self._all_wait = asyncio.Event()
        self._waiting: list[_Turn] = []
        self._writer: asyncio.Task[None] | None = None

    async def turn(self, ended: EndedAttempt | None, starting: ClaimedMessage | None) -> int | None:
        """Write a turn down; return the number of the attempt that begins, None where its claim is lost."""
        turn = _Turn(ended, starting, asyncio.get_running_loop().create_future())
        self._waiting.append(turn)
        self._look()
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return await turn.written

    @contextmanager
    def sender(self) -> Iterator[None]:
        """Count one more sender while it sends: the log waits a moment for the turns of all."""
        self._senders += 1
        try:
            yield
        finally:
            self._senders -= 1
            self._look()

    def _look(self) -> None:
        if len(self._waiting) >= self._senders:
            self._all_wait.set()
        else:
            self._all_wait.clear()

    async def _write_all(self) -> None:
        while self._waiting:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_wait.wait(), GATHER_SECONDS)
            turns, self._waiting = self._waiting, []
            self._look()
            try:
                numbers = await self._write(
                    [turn.ended for turn in turns if turn.ended], [turn.starting for turn in turns if turn.starting]
                )
            except Exception as error:  # noqa: BLE001 (each sender raises it on)
                for turn in turns:
                    turn.written.set_exception(error)
            else:
                for turn in turns:
                    turn.written.set_result(numbers.get(turn.starting.message.id) if turn.starting else None)
