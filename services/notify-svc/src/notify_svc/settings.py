"""Settings of notify-svc beyond the common ones."""

from email.utils import parseaddr
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from kit.settings import ServiceSettings
from notify_svc.domain.delivery import RetryPolicy


class NotifySettings(ServiceSettings):
    """The relay, the sender and the links in messages."""

    smtp_host: str
    smtp_port: int = Field(ge=1, le=65535)
    # auto: STARTTLS when the relay offers it; required: no message without; implicit: TLS from the first byte.
    smtp_tls: Literal["auto", "required", "implicit", "off"] = "auto"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    # For handing over one message, from the first command to the last answer.
    smtp_timeout_seconds: float = Field(default=30, gt=0)
    smtp_connections: int = Field(default=2, ge=1, le=20)
    # Per worker process; a relay's own limit divided by the number of workers.
    smtp_rate_per_second: float = Field(default=50, gt=0)
    mail_from: str
    public_url: str
    retry_base_seconds: float = Field(default=30, gt=0)
    retry_longest_seconds: float = Field(default=4 * 3600, gt=0)
    retry_most_attempts: int = Field(default=20, ge=1)
    # Real time between noticing that a reminder is due and sending it: what makes it needless may be on its way.
    reminder_wait_seconds: float = Field(default=60, ge=0)

    @field_validator("mail_from")
    @classmethod
    def _address_alone(cls, value: str) -> str:
        """Take the address of `Name <address>`: the name is the fund's own."""
        address = parseaddr(value)[1]
        if address.count("@") != 1:
            raise ValueError("MAIL_FROM needs an e-mail address")
        return address

    def retry_policy(self) -> RetryPolicy:
        """Return how often and how far apart a message is tried."""
        return RetryPolicy(
            base_seconds=self.retry_base_seconds,
            longest_seconds=self.retry_longest_seconds,
            most_attempts=self.retry_most_attempts,
        )

    @property
    def lease_seconds(self) -> float:
        """Return how long a sender holds a message: longer than one attempt can take, or two would send it."""
        return 1.25 * self.smtp_timeout_seconds + 2
