"""`mutua up --detach`: the supervisor in the background, this terminal only until all is healthy."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mutua_local.settings import Settings
from mutua_local.state import Phase, read_status

_POLL_SECONDS = 0.1


def start_detached(settings: Settings, command: Sequence[str]) -> int:
    """Start the supervisor, repeat what it says, return 0 when the system is ready, else its exit code."""
    settings.make_home()
    log = settings.logs / "supervisor.log"
    position = log.stat().st_size if log.exists() else 0
    with log.open("ab") as out:
        supervisor = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **_bus(settings)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        return _wait_ready(settings, supervisor, log, position)
    except KeyboardInterrupt:
        supervisor.terminate()
        supervisor.wait()
        raise


def _wait_ready(settings: Settings, supervisor: subprocess.Popen[bytes], log: Path, position: int) -> int:
    while True:
        ready = _is_ready(settings, supervisor.pid)
        code = supervisor.poll()
        position = _repeat(log, position)
        if ready:
            # The process goes on after us: Popen must not warn about it.
            supervisor.returncode = 0
            return 0
        if code is not None:
            return code or 1
        time.sleep(_POLL_SECONDS)


def _is_ready(settings: Settings, pid: int) -> bool:
    status = read_status(settings.state_file)
    return status is not None and status.pid == pid and status.phase is Phase.READY


def _repeat(log: Path, position: int) -> int:
    with log.open("rb") as text:
        text.seek(position)
        sys.stdout.write(text.read().decode(errors="replace"))
        sys.stdout.flush()
        return text.tell()


def _bus(settings: Settings) -> dict[str, str]:
    # In the environment and not among the arguments, which everybody can read: the address holds a password.
    return {"MUTUA_BUS": settings.bus, **({"MUTUA_AMQP_URL": settings.amqp_url} if settings.amqp_url else {})}
