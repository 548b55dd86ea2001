"""Settings that every service reads from its environment."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from kit.clock import Clock, FileClock, SystemClock


class ServiceSettings(BaseSettings):
    """The common part; a service adds its own fields in its settings.py."""

    database_url: SecretStr
    database_direct_url: SecretStr | None = None
    """Set where `database_url` leads to PgBouncer in transaction mode: past it, to the server, for locks and LISTEN."""

    bus_url: SecretStr
    issuer_url: str
    jwks_url: str
    audience: str = "mutua-api"
    documents_url: str
    document_keys: SecretStr | None = None
    """`[fund/]id:secret,…`: the first that fits a fund writes, all read; without them nothing is encrypted."""

    clock_file: Path | None = None
    cursor_secret: SecretStr
    log_level: str = "INFO"
    fund_default: str = "fnm"
    database_pool_size: int = Field(default=16, ge=1)
    """The most connections of a process; opened when they are needed, and kept."""

    ready_file: Path | None = None
    """Where the worker writes its process id once its queue is declared, for whoever must wait for that."""

    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """Where the worker serves its figures and its health; absent: nowhere. (An API serves them on its own port.)"""
    metrics_host: str = "127.0.0.1"

    def clock(self) -> Clock:
        """Return the demo's clock where its file is set, else the system's."""
        return FileClock(self.clock_file) if self.clock_file else SystemClock()
