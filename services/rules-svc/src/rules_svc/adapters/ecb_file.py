"""The reference rates of the European Central Bank in each form that it publishes, and how they are fetched."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from importlib.resources import files

import httpx

from rules_svc.adapters.ecb_xml import xml_rates
from rules_svc.domain.errors import RatesUnavailable, RatesUnreadable
from rules_svc.use_cases.office_ports import DayRates

_TIMEOUT_SECONDS = 30.0
# The whole history since 1999 is 1.5 MB of CSV and 8 MB of XML.
_MAX_BYTES = 32 * 1024 * 1024
_LETTERS = 3


def packaged_rates() -> list[DayRates]:
    """Return the rates that the package carries, so that an installation without network knows the past."""
    return read_rates((files("rules_svc") / "adapters" / "ecb_rates.csv").read_bytes())


async def fetch_rates(url: str, transport: httpx.AsyncBaseTransport | None = None) -> list[DayRates]:
    """Fetch what the bank publishes under an address.

    Raises: RatesUnavailable, RatesUnreadable.
    """
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, transport=transport, follow_redirects=True) as client:
            answer = await client.get(url)
    except httpx.HTTPError as error:
        raise RatesUnavailable(f"the bank's rates cannot be fetched: {type(error).__name__}") from error
    if answer.status_code != httpx.codes.OK:
        raise RatesUnavailable(f"the bank's rates cannot be fetched: status {answer.status_code}")
    return read_rates(answer.content)


def read_rates(content: bytes) -> list[DayRates]:
    """Read CSV or XML, plain or zipped, of the newest day or the history.

    Shapes: a day at most once, units of the currency for one euro, digit by digit as published.
    Raises: RatesUnreadable.
    """
    plain = _unzipped(content)
    written = xml_rates(plain) if plain.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else _csv_rates(plain)
    days: dict[date, DayRates] = {}
    for text, rates in written:
        day = _day(text)
        if day in days:
            raise RatesUnreadable(f"{day} stands there twice")
        days[day] = DayRates(day, _checked(day, rates))
    return list(days.values())


def _csv_rates(content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Read one row a day, one column a currency; an empty field or N/A is no rate."""
    try:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        heading = [name.strip() for name in next(rows, [])]
    except (UnicodeDecodeError, csv.Error) as error:
        raise RatesUnreadable("this is neither CSV nor XML") from error
    if heading[:1] != ["Date"]:
        raise RatesUnreadable("the first column is not Date")
    for row in rows:
        if row:
            given = zip(heading[1:], row[1:], strict=False)
            yield row[0], {name: value.strip() for name, value in given if name and value.strip() not in {"", "N/A"}}


def _checked(day: date, rates: Mapping[str, str]) -> Mapping[str, str]:
    for currency, value in rates.items():
        if len(currency) != _LETTERS or not (currency.isascii() and currency.isupper()):
            raise RatesUnreadable(f"{currency!r} is no currency ({day})")
        if not _is_rate(value):
            raise RatesUnreadable(f"the rate of {currency} on {day} is no positive number")
    return rates


def _unzipped(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (inner,) = archive.infolist()
            if inner.file_size > _MAX_BYTES:
                raise RatesUnreadable("the archive's file is too large")
            return archive.read(inner)
    except (zipfile.BadZipFile, ValueError) as error:
        raise RatesUnreadable("the archive does not hold one file") from error


def _is_rate(value: str) -> bool:
    """Accept plain decimals alone: what the engine reads digit by digit."""
    try:
        return value.replace(".", "", 1).isdecimal() and Decimal(value) > 0
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
