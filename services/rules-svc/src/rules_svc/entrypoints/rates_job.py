"""The worker's part in exchange rates: those that the package carries, then those that the central bank publishes."""

import httpx

from kit.context import Context
from rules_svc.adapters.ecb_csv import packaged_rates, read_rates
from rules_svc.bootstrap import Services
from rules_svc.use_cases.office_ports import DayRates

_TIMEOUT_SECONDS = 30.0


async def refresh_rates(services: Services, transport: httpx.AsyncBaseTransport | None = None) -> None:
    """Keep every day that is not known yet, for each fund that has plans."""
    await _keep(services, packaged_rates())
    url = services.settings.exchange_rates_url
    if url:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, transport=transport, follow_redirects=True) as client:
            answer = await client.get(url)
        answer.raise_for_status()
        await _keep(services, list(read_rates(answer.content)))


async def _keep(services: Services, days: list[DayRates]) -> None:
    now = services.clock.now()
    async with services.uow.begin(Context(fund="*", actor="system:rules", now=now)) as tx:
        funds = await tx.rates.funds()
    for fund in funds:
        async with services.uow.begin(Context(fund=fund, actor="system:rules", now=now)) as tx:
            newest = await tx.rates.newest()
            await tx.rates.add([one for one in days if newest is None or one.day > newest])
