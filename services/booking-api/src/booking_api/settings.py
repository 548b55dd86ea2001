"""Settings of the booking service."""

from pydantic import SecretStr

from kit.settings import ServiceSettings


class BookingSettings(ServiceSettings):
    """What a fund fixes is data, not a setting."""

    rules_url: str
    """Where rules-svc answers quotes; what it does not answer in time is shown as unavailable."""

    pass_keys: SecretStr
    """Random words of 32 characters or more, separated by commas: the first makes the key that signs passes, the others
    still verify."""

    webhook_private_targets: bool = False
    """Let webhooks go to private addresses and plain http: for demos on one machine only."""
