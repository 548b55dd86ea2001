"""What the supervisor tells other commands: a lock that lives as long as it does, and a file with its processes."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from mutua_local.errors import LocalRunError
from mutua_local.processes import State


class Phase(StrEnum):
    """Where the whole run stands."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass
class ProcessStatus:
    """One process as the supervisor sees it."""

    name: str
    state: State = State.STARTING
    pid: int | None = None
    ports: list[int] = field(default_factory=list)
    health_url: str | None = None
    restarts: int = 0


@dataclass
class RunStatus:
    """The whole run as the supervisor sees it."""

    phase: Phase
    pid: int
    bus: str = "postgres"
    data: str = ""
    processes: list[ProcessStatus] = field(default_factory=list)


def write_status(file: Path, status: RunStatus) -> None:
    """Publish the state in one step, so that no reader sees half of it."""
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps(asdict(status), indent=1), encoding="utf-8")
    temporary.replace(file)


def read_status(file: Path) -> RunStatus | None:
    """Return the last state that was published, if any."""
    try:
        raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    processes = [ProcessStatus(**{**p, "state": State(p["state"])}) for p in raw.pop("processes")]
    return RunStatus(**{**raw, "phase": Phase(raw["phase"])}, processes=processes)


def is_running(lock: Path) -> bool:
    """Tell whether a supervisor holds the lock; the kernel lets it go with the process, however that ends."""
    if not lock.exists():
        return False
    try:
        with hold(lock):
            return False
    except LocalRunError:
        return True


@contextlib.contextmanager
def hold(lock: Path) -> Iterator[None]:
    """Hold the lock of a run.

    Raises:
        LocalRunError: another supervisor holds it.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LocalRunError("Mutua is already running here (see `mutua status`)") from None
    else:
        yield
    finally:
        os.close(descriptor)
