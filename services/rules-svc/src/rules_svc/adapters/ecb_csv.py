"""The euro foreign exchange reference rates of the European Central Bank, as it publishes them in CSV."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from importlib.resources import files

from kit.errors import InvalidInput
from rules_svc.use_cases.office_ports import DayRates

_FIRST_CURRENCY = 1


class RatesUnreadable(InvalidInput):
    """The file is not one of the central bank's."""

    code = "rates_unreadable"


def packaged_rates() -> list[DayRates]:
    """Return the rates that the package carries, so that an installation without network knows the past."""
    return list(read_rates((files("rules_svc") / "adapters" / "ecb_rates.csv").read_bytes()))


def read_rates(content: bytes) -> Iterator[DayRates]:
    """Read the history or the newest day, plain or zipped.

    Shapes: one row a day, one column a currency, units of the currency for one euro; an empty field or N/A is no rate.
    Raises: RatesUnreadable.
    """
    rows = csv.reader(io.StringIO(_unzipped(content).decode("utf-8-sig")))
    heading = [name.strip() for name in next(rows, [])]
    if heading[:1] != ["Date"]:
        raise RatesUnreadable("the first column is not Date")
    for row in rows:
        given = zip(heading[_FIRST_CURRENCY:], row[_FIRST_CURRENCY:], strict=False)
        rates = {name: value.strip() for name, value in given if name and value.strip() not in {"", "N/A"}}
        if any(not _is_rate(value) for value in rates.values()):
            raise RatesUnreadable(f"a rate of {row[0]} is no positive number")
        yield DayRates(_day(row[0]), rates)


def _unzipped(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(archive.namelist()[0])


def _is_rate(value: str) -> bool:
    try:
        return Decimal(value) > 0
    except InvalidOperation:
        return False


def _day(text: str) -> date:
    """Read 2026-10-30 (the history) or 30 October 2026 (the newest day)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.strptime(text.strip(), "%d %B %Y").date()  # noqa: DTZ007 (a day, not a moment)
    except ValueError as error:
        raise RatesUnreadable(f"{text!r} is no day") from error
