"""The command line that starts a program under the guard of spawn.py: it dies with the process that started it."""

import os
import sys
from pathlib import Path
from signal import Signals

from mutua_local.account import Account

_SPAWN = Path(__file__).with_name("spawn.py")


def guarded(command: tuple[str, ...], *, stop_signal: Signals, account: Account | None = None) -> tuple[str, ...]:
    """Return the guarded command line, for a child of the present process and of its main thread."""
    identity = (str(account.uid), str(account.gid)) if account else ("-", "-")
    guard = (sys.executable, "-I", "-S", str(_SPAWN), str(int(stop_signal)), str(os.getpid()))
    return (*guard, *identity, *command)
