"""The settings of this service."""

from pydantic import Field

from kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """The common settings, the other services, how often the worker looks, how documents are checked."""

    rules_url: str
    bookings_url: str
    """What they do not answer within two seconds is shown as unavailable."""

    lapse_check_seconds: float = Field(default=5.0, gt=0)
    escalation_check_seconds: float = Field(default=60.0, gt=0)
    document_work_seconds: float = Field(default=1.0, gt=0)
    retention_check_seconds: float = Field(default=3600.0, gt=0)

    orphan_check_seconds: float = Field(default=86_400.0, gt=0)
    orphan_grace_seconds: float = Field(default=7 * 86_400.0, ge=0)
    """How old an object without a row must be to be deleted; 0 keeps them all, as during a restore."""

    document_check_seconds: float = Field(default=5.0, gt=0)
    """How long an upload waits for its check (a photograph takes under one); after that the worker does it."""
    document_slow_check_seconds: float = Field(default=60.0, gt=0)
    """How long the worker lets a file be checked or read before it gives up on it."""
    document_memory_mb: int = Field(default=1024, ge=256)
    """The address space of the process that opens a stranger's file."""

    document_scans: bool = False
    """Read photographs and scans too; needs the extra `scans` of this package, and memory for it in the worker."""
    document_scan_memory_mb: int = Field(default=4096, ge=2048)

    clamav_host: str | None = None
    """Where clamd listens; absent: documents are ready without a virus scan."""
    clamav_port: int = Field(default=3310, ge=1, le=65535)
    clamav_seconds: float = Field(default=60.0, gt=0)
