"""Settings of notify-svc beyond the common ones."""

from email.utils import parseaddr
from typing import Literal

from pydantic import Field, FilePath, SecretStr, field_validator

from kit.settings import ServiceSettings
from notify_svc.domain.delivery import RetryPolicy


class NotifySettings(ServiceSettings):
    """The relay, the sender and the links in messages."""

    smtp_host: str
    smtp_port: int = Field(ge=1, le=65535)
    # auto: STARTTLS when the relay offers it; required: no message without; implicit: TLS from the first byte.
    smtp_tls: Literal["auto", "required", "implicit", "off"] = "auto"
    # Refuse a relay whose certificate is not good for SMTP_HOST.
    smtp_tls_verify: bool = True
    # The authorities to trust instead of the system's, for a relay with a certificate of the house.
    smtp_tls_ca_file: FilePath | None = None
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    # For handing over one message, from the first command to the last answer.
    smtp_timeout_seconds: float = Field(default=30, gt=0)
    smtp_connections: int = Field(default=8, ge=1, le=20)
    # Per worker process; a relay's own limit divided by the number of workers.
    smtp_rate_per_second: float = Field(default=50, gt=0)
    mail_from: str
    # The mailbox under which every sending has its own return path (with "+"); MAIL_FROM where nothing is said.
    bounce_address: str | None = None
    hard_bounces_to_hold: int = Field(default=2, ge=1)
    public_url: str
    retry_base_seconds: float = Field(default=30, gt=0)
    retry_longest_seconds: float = Field(default=4 * 3600, gt=0)
    retry_most_attempts: int = Field(default=20, ge=1)
    # Real time between noticing that a reminder is due and sending it: what makes it needless may be on its way.
    reminder_wait_seconds: float = Field(default=60, ge=0)

    @field_validator("mail_from", "bounce_address")
    @classmethod
    def _address_alone(cls, value: str | None) -> str | None:
        """Take the address of `Name <address>`: the name is the fund's own."""
        if value is None:
            return None
        address = parseaddr(value)[1]
        if address.count("@") != 1:
            raise ValueError("MAIL_FROM and BOUNCE_ADDRESS need an e-mail address")
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
