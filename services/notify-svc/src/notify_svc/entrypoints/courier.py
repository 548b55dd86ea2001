"""The sender: takes due messages, hands them to the relay one by one, and writes down what it said.

No transaction is open while the relay is spoken to. Each message has three short ones: the batch is taken (with
SKIP LOCKED, so that several workers share the queue), the attempt is written down, the answer is written down.
"""

import asyncio
from uuid import UUID, uuid4

import structlog

from kit.context import Context
from notify_svc.adapters.mail_writer import MailUnwritable, WrittenMail
from notify_svc.adapters.smtp_relay import RelaySession, RelayUnreachable
from notify_svc.bootstrap import Services
from notify_svc.domain.delivery import Answer, NextStep
from notify_svc.use_cases.finish_attempt import finish_attempt
from notify_svc.use_cases.ports import ClaimedMessage
from notify_svc.use_cases.recover_abandoned import recover_abandoned

log = structlog.get_logger(__name__)

BATCH = 20
RELAY_PAUSE_SECONDS = 5.0
_ACTOR = "system:notify"


class Courier:
    """Delivers what is due; one in each worker process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._uow = services.uow
        self._lease_seconds = services.settings.lease_seconds
        self._policy = services.settings.retry_policy()
        self._relay_down = False

    async def run(self) -> int:
        """Deliver until nothing is due; return how many messages were tried."""
        claim, batch = await self._claim()
        if not batch:
            return 0
        # A full batch means a queue: then the other connections help.
        helpers = self._services.settings.smtp_connections - 1 if len(batch) == BATCH else 0
        senders = [self._send_batches(claim, batch), *(self._send_batches() for _ in range(helpers))]
        results = await asyncio.gather(*senders, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return sum(result for result in results if isinstance(result, int))

    async def recover(self) -> int:
        """Take back what dead senders held."""
        async with self._uow.begin(self._context("*")) as tx:
            return await recover_abandoned(tx)

    async def _send_batches(self, claim: UUID | None = None, batch: list[ClaimedMessage] | None = None) -> int:
        session = self._services.relay.session()
        tried = 0
        try:
            if claim is None or batch is None:
                claim, batch = await self._claim()
            while batch:
                await self._send_batch(session, claim, batch)
                tried += len(batch)
                claim, batch = await self._claim()
            self._note_relay(down=False)
        except RelayUnreachable as error:
            self._note_relay(down=True, error=str(error))
        finally:
            await session.close()
        return tried

    async def _send_batch(self, session: RelaySession, claim: UUID, batch: list[ClaimedMessage]) -> None:
        pause = 0.0
        try:
            for claimed in batch:
                await session.ready()
                await self._uninterrupted(session, claimed)
        except RelayUnreachable:
            # The relay's trouble is no attempt of the messages: they only wait.
            pause = RELAY_PAUSE_SECONDS
            raise
        finally:
            async with self._uow.begin(self._context("*")) as tx:
                await tx.messages.give_back(claim, pause_seconds=pause)

    async def _uninterrupted(self, session: RelaySession, claimed: ClaimedMessage) -> None:
        """Finish a message that has begun, also when the worker is asked to stop in the middle."""
        task = asyncio.ensure_future(self._deliver(session, claimed))
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await task
            raise

    async def _deliver(self, session: RelaySession, claimed: ClaimedMessage) -> None:
        written = await self._write(claimed)
        async with self._uow.begin(self._context_of(claimed)) as tx:
            attempts = await tx.messages.start_attempt(claimed, lease_seconds=self._lease_seconds)
        if attempts is None:
            log.warning("claim_lost", message=str(claimed.message.id))
            return
        if isinstance(written, Answer):
            answer, mail = written, None
        else:
            answer = await session.send(return_path=written.return_path, recipient=written.recipient, raw=written.raw)
            mail = written.mail
        async with self._uow.begin(self._context_of(claimed)) as tx:
            step = await finish_attempt(
                tx, claimed=claimed, attempts=attempts, answer=answer, policy=self._policy, mail=mail
            )
        self._log(claimed, attempts, answer, step)

    async def _write(self, claimed: ClaimedMessage) -> WrittenMail | Answer:
        try:
            return await self._services.writer.write(claimed, at=self._services.clock.now())
        except MailUnwritable as unwritable:
            return unwritable.answer

    async def _claim(self) -> tuple[UUID, list[ClaimedMessage]]:
        claim = uuid4()
        async with self._uow.begin(self._context("*")) as tx:
            batch = await tx.messages.claim_due(claim=claim, limit=BATCH, lease_seconds=self._lease_seconds)
        return claim, list(batch)

    def _context(self, fund: str, traceparent: str | None = None) -> Context:
        return Context(fund=fund, actor=_ACTOR, now=self._services.clock.now(), traceparent=traceparent)

    def _context_of(self, claimed: ClaimedMessage) -> Context:
        return self._context(claimed.message.fund, claimed.message.traceparent)

    def _note_relay(self, *, down: bool, error: str = "") -> None:
        if down != self._relay_down:
            log.warning("relay_unreachable" if down else "relay_reachable", error=error)
        self._relay_down = down

    @staticmethod
    def _log(claimed: ClaimedMessage, attempts: int, answer: Answer, step: NextStep | None) -> None:
        # Never the relay's words: they often repeat the address.
        log.info(
            "message_attempt",
            message=str(claimed.message.id),
            template=claimed.message.template,
            attempt=attempts,
            outcome=answer.outcome.value,
            reason=answer.reason,
            code=answer.code,
            state=step.state.value if step else "lost",
            trace=claimed.message.traceparent,
        )
