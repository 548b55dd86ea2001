"""The periodic look for reminders that are due."""

from kit.context import Context, new_traceparent
from notify_svc.bootstrap import Services
from notify_svc.use_cases.send_reminders import BATCH, send_reminders


class Reminders:
    """Queues the reminders of every fund; as many workers as wanted may do it at once."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def run(self) -> int:
        """Queue what is due; return how many reminders were taken."""
        return sum([await self._run(fund) for fund in self._services.terms])

    async def _run(self, fund: str) -> int:
        taken, turn = 0, BATCH
        while turn == BATCH:
            context = Context(
                fund=fund, actor="system:notify", now=self._services.clock.now(), traceparent=new_traceparent()
            )
            async with self._services.uow.begin(context) as tx:
                wait = self._services.settings.reminder_wait_seconds
                turn = await send_reminders(tx, templates=self._services.templates, wait_seconds=wait)
            taken += turn
        return taken
