"""Stop every process group of a supervisor that died. Standard library only: it runs with `python -I -S`.

    watchdog.py DESCRIPTOR

The descriptor is the reading end of a pipe whose writing end only the supervisor holds: when it ends, whatever killed
the supervisor, the groups still registered are stopped. Lines: `+ GROUP SIGNAL` registers, `- GROUP` forgets.
This works on every Unix; Linux has the parent-death signal besides (see spawn.py).
"""

import contextlib
import os
import signal
import sys
import time

_GRACE_SECONDS = 6.0
_POLL_SECONDS = 0.05


def read_groups(lines: list[str]) -> dict[int, int]:
    """Return the groups still registered after the given lines, each with the signal that stops it."""
    groups: dict[int, int] = {}
    for line in lines:
        sign, group, *stop_signal = line.split()
        if sign == "+":
            groups[int(group)] = int(stop_signal[0])
        else:
            groups.pop(int(group), None)
    return groups


def stop_groups(groups: dict[int, int], grace_seconds: float = _GRACE_SECONDS) -> None:
    """Ask each group to stop; after the grace kill what is left."""
    for group, number in groups.items():
        _signal(group, number)
    deadline = time.monotonic() + grace_seconds
    while time.monotonic() < deadline and any(_signal(group, 0) for group in groups):
        time.sleep(_POLL_SECONDS)
    for group in groups:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main(arguments: list[str]) -> None:
    """Read until the supervisor is gone, then stop what it left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    lines: list[str] = []
    with os.fdopen(int(arguments[0]), encoding="ascii") as pipe, contextlib.suppress(KeyboardInterrupt):
        lines.extend(pipe)
    stop_groups(read_groups(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
