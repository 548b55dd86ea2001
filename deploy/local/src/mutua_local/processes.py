"""What the supervisor runs, described as data: long-lived processes and one-off jobs."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from mutua_local.account import Account


class State(StrEnum):
    """Where a process stands."""

    STARTING = "starting"
    HEALTHY = "healthy"
    RESTARTING = "restarting"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Process:
    """A program that must keep running.

    `ports` maps the setting that changes a port to the port. Healthy means: `is_ready` says so of the process id, or
    `health_url` answers 200, or the ports accept connections, or the process has lived for a moment: whichever of these
    is known first in this order.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    health_url: str | None = None
    is_ready: Callable[[int], bool] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_stage: int = 1
    account: Account | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """A program that runs to its end; left out when its product is there or its sources are as at its last success."""

    name: str
    title: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Path, ...] = ()
    product: Path | None = None
