"""The sender: takes due messages, hands them to the relay over a few connections, and writes down what it said.

No transaction is open while the relay is spoken to. A batch is taken with SKIP LOCKED, so that several workers share
the queue; each attempt is written down before its text is sent, and its answer after, by the log that the connections
share.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import structlog

from kit.context import Context
from notify_svc.adapters.mail_writer import MailUnwritable, WrittenMail
from notify_svc.adapters.smtp_relay import RelaySession, RelayUnreachable
from notify_svc.bootstrap import Services
from notify_svc.domain.delivery import Answer, NextStep
from notify_svc.entrypoints.attempt_log import AttemptLog
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

Batch = deque[ClaimedMessage]


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
        try:
            senders = [self._send(batch) for _ in range(connections)]
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

    async def _send(self, batch: Batch) -> None:
        session = self._services.relay.take()
        try:
            with self._log.sender():
                await self._send_over(session, batch)
        finally:
            self._services.relay.give_back(session)

    async def _send_over(self, session: RelaySession, batch: Batch) -> None:
        ended: EndedAttempt | None = None
        try:
            while batch:
                if ended is not None and session.has_to_wait:
                    await self._log.turn(ended, None)
                    ended = None
                await session.ready()
                if not batch:
                    break
                # A message that has begun is finished, also when the worker is asked to stop in the middle.
                delivery = asyncio.ensure_future(self._deliver(session, batch.popleft(), ended))
                ended = None
                try:
                    ended = await asyncio.shield(delivery)
                except asyncio.CancelledError:
                    ended = await delivery
                    raise
        finally:
            if ended is not None:
                await self._log.turn(ended, None)

    async def _deliver(
        self, session: RelaySession, claimed: ClaimedMessage, before: EndedAttempt | None
    ) -> EndedAttempt | None:
        written = await self._write(claimed)
        number = await self._log.turn(before, claimed)
        if number is None:
            log.warning("claim_lost", message=str(claimed.message.id))
            return None
        if isinstance(written, Answer):
            return EndedAttempt(claimed, number, written, None)
        answer = await session.send(return_path=written.return_path, recipient=written.recipient, raw=written.raw)
        return EndedAttempt(claimed, number, answer, written.mail)

    async def _write_turns(
        self, ended: Sequence[EndedAttempt], starting: Sequence[ClaimedMessage]
    ) -> Mapping[UUID, int]:
        async with self._uow.begin(self._context("*")) as tx:
            steps = await finish_attempts(tx, ended=ended, policy=self._policy)
            numbers = await start_attempts(tx, claimed=starting, lease_seconds=self._lease_seconds)
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
