"""Settings of rules-svc."""

from kit.settings import ServiceSettings


class RulesSettings(ServiceSettings):
    """Nothing beyond the common ones."""
