"""Say at the terminal what is being done, step by step, with the time that each step took."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TextIO

_WIDTH = 62


class Progress:
    """One line per step; at a terminal the line of the running step is rewritten in place."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._live = self._out.isatty()
        self._started = time.monotonic()

    @property
    def elapsed_seconds(self) -> float:
        return time.monotonic() - self._started

    def say(self, text: str = "") -> None:
        self._out.write(f"{text}\n")
        self._out.flush()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator["Step"]:
        """Show a step while it runs and its time when it is done."""
        step = Step(title, self._show)
        began = time.monotonic()
        self._show(title)
        try:
            yield step
        except BaseException:
            self._finish("x", step.title, began)
            raise
        self._finish("+", step.title, began)

    def _show(self, text: str) -> None:
        if self._live:
            self._out.write(f"\r\033[K  . {text[: _WIDTH + 12]}")
            self._out.flush()

    def _finish(self, mark: str, title: str, began: float) -> None:
        start = "\r\033[K" if self._live else ""
        self.say(f"{start}  {mark} {title:<{_WIDTH}} {time.monotonic() - began:6.1f} s")


class Step:
    """The running step; its title may grow while it runs."""

    def __init__(self, title: str, show: Callable[[str], None]) -> None:
        self.title = title
        self._show = show
        self._noted = ""

    def note(self, text: str) -> None:
        """Show what the step is busy with; gone when it is done."""
        if text != self._noted:
            self._noted = text
            self._show(f"{self.title}: {text}")
