"""The clock is passed in; nothing else in the code asks for the time."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")


class Clock(Protocol):
    """Tell the present moment."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set, for tests."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def set(self, moment: datetime) -> None:
        """Put the clock to an aware moment."""
        if moment.tzinfo is None:
            raise ValueError("the clock needs an aware moment")
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self._moment


class FileClock:
    """The demo's clock: the system clock moved by the seconds that a shared file holds.

    Every process of the demo reads the same file, so that time moves for all of them at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def _offset(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._path.read_text(encoding="ascii").strip() or 0))
        except FileNotFoundError:
            return timedelta(0)

    def now(self) -> datetime:
        """Return the moved moment, aware, in UTC."""
        return datetime.now(UTC) + self._offset()

    def set(self, moment: datetime) -> None:
        """Move the clock so that it shows the given aware moment now."""
        offset = (moment - datetime.now(UTC)).total_seconds()
        temporary = self._path.with_suffix(".new")
        temporary.write_text(f"{offset:.3f}", encoding="ascii")
        temporary.replace(self._path)


def rome_date(moment: datetime) -> date:
    """Return the calendar day in Italy of an aware moment; every deadline is counted in these."""
    if moment.tzinfo is None:
        raise ValueError("a deadline needs an aware moment")
    return moment.astimezone(ROME).date()


def rome_midnight(day: date) -> datetime:
    """Return the moment at which a day begins in Italy."""
    return datetime.combine(day, time(), ROME)
