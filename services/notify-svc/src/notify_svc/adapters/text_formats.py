"""How amounts, days and times read in a message: the Italian way, months in the member's language."""

from datetime import date, datetime

from kit.clock import ROME
from kit.money import format_eur

_MONTHS = {
    "it": (
        *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno"),
        *("luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
# A break between an amount and its sign, or inside a day, reads badly on a phone.
_NO_BREAK = "\N{NO-BREAK SPACE}"


def _in_rome(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time in a message needs its offset")
    return moment.astimezone(ROME)


def euro(cents: int) -> str:
    return f"{format_eur(cents)}{_NO_BREAK}€"


def day(value: str, language: str) -> str:
    on = date.fromisoformat(value) if len(value) == len("2026-11-30") else _in_rome(value).date()
    return _NO_BREAK.join((str(on.day), _MONTHS[language][on.month - 1], str(on.year)))


def clock_time(value: str) -> str:
    return f"{_in_rome(value):%H:%M}"


def wrap(text: str, width: int) -> str:
    """Break a text at its blanks; a word longer than a line stays whole (textwrap takes ten times as long)."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])
