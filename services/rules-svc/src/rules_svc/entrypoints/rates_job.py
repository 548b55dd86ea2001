"""The worker's part in exchange rates: those that the package carries, then those that the central bank publishes."""

import httpx

from kit.context import Context
from rules_svc.adapters.ecb_file import fetch_rates, packaged_rates
from rules_svc.bootstrap import Services
from rules_svc.use_cases.office_ports import DayRates
from rules_svc.use_cases.take_rates import take_rates


async def refresh_rates(services: Services, transport: httpx.AsyncBaseTransport | None = None) -> None:
    """Keep every day that is not known yet, for each fund that has plans; known days are never corrected by a job."""
    await _keep(services, packaged_rates(), "package")
    url = services.settings.exchange_rates_url
    if url:
        await _keep(services, await fetch_rates(url, transport), "bank")


async def _keep(services: Services, days: list[DayRates], source: str) -> None:
    now = services.clock.now()
    async with services.uow.begin(Context(fund="*", actor="system:rules", now=now)) as tx:
        funds = await tx.rates.funds()
    for fund in funds:
        async with services.uow.begin(Context(fund=fund, actor="system:rules", now=now)) as tx:
            await take_rates(tx, days=days, source=source, correct=False)
