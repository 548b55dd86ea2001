"""The periodic work: quota letters that are due, bookings whose term has passed."""

from collections.abc import Sequence

import structlog

from booking_api.bootstrap import Services
from booking_api.domain.booking import Booking
from booking_api.domain.fund_terms import FundTerms
from booking_api.use_cases.expire_booking import expire_booking
from booking_api.use_cases.issue_quota_letter import issue_quota_letter, print_quota_letter
from booking_api.use_cases.keep_agenda import extend_agendas
from booking_api.use_cases.ports import LetterPress
from kit.clock import rome_date
from kit.context import Context, new_traceparent
from kit.inbox import is_infrastructure
from kit.worker import Job

log = structlog.get_logger(__name__)

BATCH = 100
SECONDS, AGENDA_SECONDS = 2.0, 60.0


def jobs(services: Services, press: LetterPress) -> Sequence[Job]:
    work = PeriodicWork(services, press)
    return [
        Job("quota_letters", SECONDS, work.issue_due_letters),
        Job("lapsed_bookings", SECONDS, work.expire_lapsed),
        Job("agendas", AGENDA_SECONDS, work.extend_agendas),
    ]


class PeriodicWork:
    """One turn of each job; a booking that fails is logged and leaves the others alone."""

    def __init__(self, services: Services, press: LetterPress) -> None:
        self._services = services
        self._press = press

    def _context(self, fund: str) -> Context:
        return Context(
            fund=fund, actor="system:bookings", now=self._services.clock.now(), traceparent=new_traceparent()
        )

    async def issue_due_letters(self) -> int:
        issued = 0
        for fund, terms in self._services.funds.items():
            context = self._context(fund)
            async with self._services.uow.begin(context) as tx:
                due = await tx.bookings.letters_due(today=rome_date(context.now), limit=BATCH)
            for booking in due:
                issued += await self._issue(booking, terms)
        return issued

    async def _issue(self, booking: Booking, terms: FundTerms) -> bool:
        try:
            key, sha256 = await print_quota_letter(
                booking, terms=terms, press=self._press, archive=self._services.documents
            )
            async with self._services.uow.begin(self._context(terms.fund)) as tx:
                return await issue_quota_letter(tx, booking=booking, key=key, sha256=sha256)
        except Exception as error:  # noqa: BLE001 (one booking must not hold up the letters of the others)
            return _survive(error, "quota_letter_failed", booking)

    async def extend_agendas(self) -> int:
        extended = 0
        for fund, terms in self._services.funds.items():
            async with self._services.uow.begin(self._context(fund)) as tx:
                extended += await extend_agendas(tx, terms=terms, limit=BATCH)
        return extended

    async def expire_lapsed(self) -> int:
        expired = 0
        for fund in self._services.funds:
            context = self._context(fund)
            async with self._services.uow.begin(context) as tx:
                lapsed = await tx.bookings.lapsed(now=context.now, limit=BATCH)
                for booking_id in lapsed:
                    expired += await expire_booking(tx, booking_id=booking_id)
        return expired


def _survive(error: Exception, event: str, booking: Booking) -> bool:
    """Log a booking's own failure; a lost database or store is raised, for the whole turn waits for it."""
    if is_infrastructure(error):
        raise error
    log.error(event, booking_id=str(booking.booking_id), error=type(error).__name__, message=str(error)[:300])
    return False
