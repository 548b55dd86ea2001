"""Identifiers that sort by the time of their making (UUID version 7, RFC 9562)."""

import os
import time
from uuid import UUID

_TICKS_OF_A_MILLISECOND = 4096
_newest = 0


def new_id() -> UUID:
    """Make a new identifier; it sorts after all that this process made before it.

    Twelve bits hold the fraction of the millisecond (RFC 9562, section 6.2, method 3), so that what a batch writes
    at once is read in the order of its making.
    """
    global _newest  # noqa: PLW0603 (the order is that of the process)
    _newest = max(time.time_ns() * _TICKS_OF_A_MILLISECOND // 1_000_000, _newest + 1)
    milliseconds, fraction = divmod(_newest, _TICKS_OF_A_MILLISECOND)
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | random)
