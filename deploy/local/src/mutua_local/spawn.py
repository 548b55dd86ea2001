"""Become another program that dies with its supervisor. Standard library only: it runs with `python -I -S`.

    spawn.py SIGNAL PARENT UID GID PROGRAM ARGUMENTS...      (UID and GID: - keeps the account)

The account is dropped here and not by the parent, because the kernel forgets the parent-death signal when the
account changes, and because the lesser account may not be able to read this interpreter.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Drop the account, ask the kernel for the parent-death signal, then become the program."""
    signal_number, parent, uid, gid, *command = arguments
    # The tests switch the kernel's help off to see that the watchdog alone is enough, as on other systems.
    helped = sys.platform.startswith("linux") and not os.environ.get("MUTUA_NO_PARENT_DEATH_SIGNAL")
    libc = ctypes.CDLL(None) if helped else None
    if uid != "-":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if libc is not None:
        libc.prctl(_PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        # The supervisor may have died before the line above: then nobody would send the signal.
        if os.getppid() != int(parent):
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606  # becoming another program is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
