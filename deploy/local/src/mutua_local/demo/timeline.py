"""The demo's words on the terminal: one dated line per thing that happens, its details indented below."""

import os
import sys
from collections.abc import Iterable
from datetime import datetime

from kit.clock import ROME
from kit.money import format_eur

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_COLOURS = {"bold": "1", "dim": "2", "green": "32", "red": "31", "cyan": "36"}


class CheckFailed(RuntimeError):
    """What the demo saw is not what must be."""


class Timeline:
    """Print the story, and count the checks that it passed."""

    def __init__(self) -> None:
        self.checks = 0
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def chapter(self, number: int, title: str) -> None:
        """Begin a chapter."""
        print(f"\n{self._paint('bold', f'{number}. {title}')}")

    def event(self, moment: datetime, text: str) -> None:
        """Say what happens, and when in the demo's time."""
        local = moment.astimezone(ROME)
        stamp = f"{local.day:2d} {_MONTHS[local.month - 1]} {local.year} {local:%H:%M}"
        print(f"  {self._paint('cyan', stamp)}  {text}", flush=True)

    def detail(self, text: str) -> None:
        """Add a detail to what was just said."""
        print(f"                       {self._paint('dim', text)}", flush=True)

    def steps(self, steps: Iterable[dict[str, object]]) -> None:
        """Show how a decision came to its amount."""
        for step in steps:
            before, after = int(str(step["before_cents"])), int(str(step["after_cents"]))
            amounts = f"{format_eur(before):>9} → {format_eur(after):>9}"
            article, text = str(step["article"]), step["text_en"]
            self.detail(f"{amounts}  art. {article:<4} {text}")

    def check(self, what: str, seen: object, expected: object) -> None:
        """Compare what was seen with what must be.

        Raises: CheckFailed.
        """
        if seen != expected:
            raise CheckFailed(f"{what}: expected {expected!r}, saw {seen!r}")
        self.checks += 1

    def well(self, text: str) -> None:
        """Say that something came out right."""
        print(f"                       {self._paint('green', '✓')} {text}", flush=True)

    def failure(self, text: str) -> None:
        """Say what went wrong."""
        print(f"\n{self._paint('red', '✗')} {text}", file=sys.stderr, flush=True)

    def _paint(self, colour: str, text: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self._colour else text


def eur(cents: int) -> str:
    """Write an amount with its currency."""
    return f"{format_eur(cents)} €"
