"""Read an employer's feed, CSV or JSON lines, from a spooled file in batches: memory stays flat."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, BinaryIO

import orjson

from claims_api.domain.errors import InvalidImport
from claims_api.domain.member_import import FIELDS, REQUIRED, ImportLine, read_line
from kit.errors import FieldError

BATCH = 2000
MAX_LINES = 250_000


class FeedFormat(StrEnum):
    """The two forms of a feed."""

    CSV = "csv"
    JSON_LINES = "jsonl"


def _invalid(rule: str, message: str) -> InvalidImport:
    return InvalidImport(message, errors=[FieldError("/file", rule, message)])


def _csv_records(text: io.TextIOWrapper) -> Iterator[tuple[int, Mapping[str, Any]]]:
    head = text.readline()
    # Spreadsheets set to Italian write semicolons.
    separator = ";" if head.count(";") > head.count(",") else ","
    columns = [name.strip().lower() for name in next(csv.reader([head], delimiter=separator), [])]
    unknown, missing = sorted(set(columns) - set(FIELDS)), sorted(set(REQUIRED) - set(columns))
    if unknown or missing or len(set(columns)) != len(columns):
        raise _invalid("columns", f"Unknown columns: {unknown}; missing columns: {missing}; each stands once.")
    reader = csv.reader(text, delimiter=separator)
    for row in reader:
        if row:
            padded = row if len(row) <= len(columns) else [*row[: len(columns) - 1], ""]
            yield reader.line_num + 1, dict(zip(columns, padded, strict=False))


def _json_records(text: io.TextIOWrapper) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        record = orjson.loads(line)
        if not isinstance(record, dict) or set(record) - set(FIELDS):
            raise _invalid("object", f"Line {number} is no object of known fields.")
        yield number, record


def _lines(spool: BinaryIO, form: FeedFormat, today: date) -> Iterator[ImportLine]:
    spool.seek(0)
    text = io.TextIOWrapper(spool, encoding="utf-8-sig", newline="")
    try:
        records = _csv_records(text) if form is FeedFormat.CSV else _json_records(text)
        for count, (number, record) in enumerate(records):
            if count >= MAX_LINES:
                raise _invalid("lines", f"A feed has at most {MAX_LINES} lines.")
            yield read_line(number, record, today=today)
    except UnicodeDecodeError as error:
        raise _invalid("encoding", "The file is not UTF-8.") from error
    except (csv.Error, orjson.JSONDecodeError) as error:
        raise _invalid("form", f"The file cannot be read: {error}.") from error
    finally:
        text.detach()


async def feed_batches(spool: BinaryIO, form: FeedFormat, *, today: date) -> AsyncIterator[list[ImportLine]]:
    """Give the lines of a spooled feed, some thousand at a time, read beside the event loop.

    Raises: InvalidImport.
    """
    lines = _lines(spool, form, today)
    while batch := await asyncio.to_thread(lambda: list(islice(lines, BATCH))):
        yield batch
