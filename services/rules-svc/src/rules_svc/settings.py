"""Settings of rules-svc."""

from kit.settings import ServiceSettings


class RulesSettings(ServiceSettings):
    """The common ones, and where official exchange rates come from."""

    exchange_rates_url: str | None = None
    """The central bank's reference rates (CSV or XML, also zipped), of a day or of all; absent: nothing is fetched."""
