"""Settings of rules-svc."""

from kit.settings import ServiceSettings


class RulesSettings(ServiceSettings):
    """The common ones, and where official exchange rates come from."""

    exchange_rates_url: str | None = None
    """The central bank's CSV of reference rates, its newest day or its whole history; absent: nothing is fetched."""
