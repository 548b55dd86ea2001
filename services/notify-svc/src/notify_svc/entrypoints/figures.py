"""Figures of the delivery, for the worker's /metrics."""

from collections.abc import Sequence

from prometheus_client import Counter, Gauge

from kit.context import Context
from kit.metrics import REGISTRY
from notify_svc.bootstrap import Services
from notify_svc.domain.delivery import NextStep
from notify_svc.domain.message_states import UNDELIVERED
from notify_svc.use_cases.ports import EndedAttempt

MESSAGES = Gauge(
    "mutua_notify_messages",
    "Messages that are on their way or have failed.",
    ("state",),
    registry=REGISTRY,
)
ATTEMPTS = Counter(
    "mutua_notify_attempts",
    "Attempts to deliver, by the relay's answer and by the state that the message got.",
    ("outcome", "state"),
    registry=REGISTRY,
)


def count_attempts(ended: Sequence[EndedAttempt], steps: Sequence[NextStep | None]) -> None:
    """Count attempts that are written down."""
    for one, step in zip(ended, steps, strict=True):
        ATTEMPTS.labels(one.answer.outcome.value, step.state.value if step else "lost").inc()


class Figures:
    """Counts the messages by state again and again."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def run(self) -> None:
        """Set the figure of every state, 0 where there is no message."""
        context = Context(fund="*", actor="system:notify", now=self._services.clock.now())
        async with self._services.uow.begin(context) as tx:
            counts = await tx.messages.count_undelivered(sorted(self._services.terms))
        for state in UNDELIVERED:
            MESSAGES.labels(state.value).set(counts.get(state, 0))
