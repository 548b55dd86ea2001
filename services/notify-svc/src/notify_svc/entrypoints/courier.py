"""The sender: takes due messages, hands them to the relay over a few connections, and writes down what it said.

No transaction is open while the relay is spoken to. A batch is taken with SKIP LOCKED, so that several workers share
the queue; each attempt is written down before its text is sent, and its answer after, by the log that the connections
share. While a connection hands over one message it makes the next one ready and has its beginning written down together
with the answer to the one before. So a process that dies leaves the truth of at most two messages of each connection
open, and a third that was begun but not yet sent.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import structlog

from kit.context import Context
from notify_svc.adapters.mail_writer import MailUnwritable, WrittenMail
from notify_svc.adapters.smtp_relay import RelaySession, RelayUnreachable
from notify_svc.bootstrap import Services
from notify_svc.domain.delivery import Answer, NextStep, Outcome
from notify_svc.entrypoints.attempt_log import AttemptLog
from notify_svc.entrypoints.figures import count_attempts
from notify_svc.use_cases.ports import ClaimedMessage, EndedAttempt
from notify_svc.use_cases.record_attempts import finish_attempts, start_attempts
from notify_svc.use_cases.recover_abandoned import recover_abandoned

log = structlog.get_logger(__name__)

BATCH_PER_CONNECTION = 20
# A connection more for every so many messages that wait.
WORTH_A_CONNECTION = 10
RELAY_PAUSE_SECONDS = 5.0
IDLE_SECONDS = 30.0
_ACTOR = "system:notify"
_NOT_SENT = Answer(Outcome.DEFERRED, "connection_lost")

Batch = deque[ClaimedMessage]


@dataclass(slots=True)
class _Round:
    """What the connections share out among them, until they are asked to stop."""

    batch: Batch
    stopped: bool = False

    @property
    def waits(self) -> bool:
        return bool(self.batch) and not self.stopped

    def take(self) -> ClaimedMessage | None:
        return self.batch.popleft() if self.waits else None


@dataclass(frozen=True, slots=True)
class _Begun:
    """A message whose attempt is written down, or why it cannot be made."""

    claimed: ClaimedMessage
    number: int
    written: WrittenMail | Answer

    def ended(self, answer: Answer) -> EndedAttempt:
        return EndedAttempt(
            self.claimed, self.number, answer, self.written.mail if isinstance(self.written, WrittenMail) else None
        )


class Courier:
    """Delivers what is due; one in each worker process."""

    def __init__(self, services: Services) -> None:
        settings = services.settings
        self._services = services
        self._uow = services.uow
        self._lease_seconds = settings.lease_seconds
        self._policy = settings.retry_policy()
        self._log = AttemptLog(self._write_turns)
        self._relay_down = False
        # No more than the pace lets out long before the lease ends.
        in_time = int(settings.smtp_rate_per_second * self._lease_seconds / 4)
        self._batch_size = max(1, min(BATCH_PER_CONNECTION * settings.smtp_connections, in_time))

    async def run(self) -> int:
        """Deliver until nothing is due; return how many messages were taken."""
        taken = 0
        while True:
            claim, batch = await self._claim()
            if not batch:
                await self._services.relay.close_idle(IDLE_SECONDS)
                return taken
            taken += len(batch)
            if not await self._send_batch(claim, batch):
                return taken

    async def recover(self) -> int:
        """Take back what dead senders held."""
        async with self._uow.begin(self._context("*")) as tx:
            return await recover_abandoned(tx)

    async def _send_batch(self, claim: UUID, batch: Batch) -> bool:
        """Send a batch over as many connections as it is worth; say whether the relay could be reached."""
        connections = min(self._services.settings.smtp_connections, 1 + len(batch) // WORTH_A_CONNECTION)
        down: list[RelayUnreachable] = []
        shared = _Round(batch)
        try:
            senders = [self._send(shared) for _ in range(connections)]
            results = await asyncio.gather(*senders, return_exceptions=True)
            down = [result for result in results if isinstance(result, RelayUnreachable)]
            for result in results:
                if isinstance(result, BaseException) and result not in down:
                    raise result
        finally:
            if batch:
                # The relay's trouble is no attempt of the messages: they only wait.
                async with self._uow.begin(self._context("*")) as tx:
                    await tx.messages.give_back(claim, pause_seconds=RELAY_PAUSE_SECONDS if down else 0.0)
        self._note_relay(down)
        return not down

    async def _send(self, shared: _Round) -> None:
        session = self._services.relay.take()
        work = asyncio.ensure_future(self._send_over(session, shared))
        try:
            with self._log.sender():
                # A message that has begun is finished, also when the worker is asked to stop in the middle.
                try:
                    await asyncio.shield(work)
                except asyncio.CancelledError:
                    shared.stopped = True
                    await work
                    raise
        finally:
            self._services.relay.give_back(session)

    async def _send_over(self, session: RelaySession, shared: _Round) -> None:
        begun: _Begun | None = None
        ended: EndedAttempt | None = None
        try:
            while begun or shared.waits:
                if begun is None and session.has_to_wait:
                    _, ended = await self._begin(None, ended), None
                await session.ready()
                if begun is None:
                    begun, ended = await self._begin(shared, ended), None
                if begun is None:
                    break
                sending, begun = asyncio.ensure_future(self._hand_over(session, begun)), None
                try:
                    begun, ended = await self._begin(None if session.has_to_wait else shared, ended), None
                finally:
                    ended = await sending
        finally:
            await self._begin(None, ended)
            if begun is not None:
                await self._begin(None, begun.ended(_NOT_SENT))

    async def _begin(self, shared: _Round | None, before: EndedAttempt | None) -> _Begun | None:
        """Make the next message ready and write its beginning down, with the end of the one before."""
        while shared and (claimed := shared.take()):
            written = await self._write(claimed)
            number = await self._log.turn(before, claimed)
            if number is not None:
                return _Begun(claimed, number, written)
            log.warning("claim_lost", message=str(claimed.message.id))
            before = None
        if before is not None:
            await self._log.turn(before, None)
        return None

    async def _hand_over(self, session: RelaySession, begun: _Begun) -> EndedAttempt:
        written = begun.written
        if isinstance(written, Answer):
            return begun.ended(written)
        answer = await session.send(return_path=written.return_path, recipient=written.recipient, raw=written.raw)
        return begun.ended(answer)

    async def _write_turns(
        self, ended: Sequence[EndedAttempt], starting: Sequence[ClaimedMessage]
    ) -> Mapping[UUID, int]:
        async with self._uow.begin(self._context("*")) as tx:
            steps = await finish_attempts(tx, ended=ended, policy=self._policy)
            numbers = await start_attempts(tx, claimed=starting, lease_seconds=self._lease_seconds)
        count_attempts(ended, steps)
        for one, step in zip(ended, steps, strict=True):
            _log_attempt(one, step)
        return numbers

    async def _write(self, claimed: ClaimedMessage) -> WrittenMail | Answer:
        try:
            return await self._services.writer.write(claimed, at=self._services.clock.now())
        except MailUnwritable as unwritable:
            return unwritable.answer

    async def _claim(self) -> tuple[UUID, Batch]:
        claim = uuid4()
        async with self._uow.begin(self._context("*")) as tx:
            due = await tx.messages.claim_due(claim=claim, limit=self._batch_size, lease_seconds=self._lease_seconds)
        return claim, deque(due)

    def _context(self, fund: str) -> Context:
        return Context(fund=fund, actor=_ACTOR, now=self._services.clock.now())

    def _note_relay(self, down: Sequence[RelayUnreachable]) -> None:
        if bool(down) != self._relay_down:
            error = str(down[0]) if down else ""
            log.warning("relay_unreachable" if down else "relay_reachable", error=error)
        self._relay_down = bool(down)


def _log_attempt(ended: EndedAttempt, step: NextStep | None) -> None:
    # Never the relay's words: they often repeat the address.
    message, answer = ended.claimed.message, ended.answer
    log.info(
        "message_attempt",
        message=str(message.id),
        template=message.template,
        attempt=ended.number,
        outcome=answer.outcome.value,
        reason=answer.reason,
        code=answer.code,
        state=step.state.value if step else "lost",
        trace=message.traceparent,
    )
