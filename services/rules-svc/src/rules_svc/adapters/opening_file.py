"""Opening balances as a file: CSV with a heading (comma or semicolon), or a JSON list of objects."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kit.errors import FieldError, InvalidInput
from rules_svc.domain.opening import OpeningLine, fault
from rules_svc.domain.request import Mode

OpeningFormat = Literal["csv", "json"]
MAX_LINES = 100_000
_FIRST_CSV_LINE = 2


class OpeningFileInvalid(InvalidInput):
    """The file is no table of opening balances."""

    code = "opening_file_invalid"


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    person_id: UUID
    limit_id: str = Field(min_length=1, max_length=100)
    on: date
    amount_cents: Annotated[int, Field(gt=0, le=100_000_000_00)] | None = None
    units: Annotated[int, Field(gt=0, le=100_000)] | None = None
    mode: Mode = "indirect"
    part: str | None = Field(default=None, max_length=100)

    @model_validator(mode="after")
    def _one_measure(self) -> "_Line":
        if (self.amount_cents is None) == (self.units is None):
            raise ValueError("give exactly one of amount_cents and units")
        return self


def read_openings(content: bytes, form: OpeningFormat) -> tuple[list[OpeningLine], list[FieldError]]:
    """Read a file: its lines, and what is wrong with those that are none.

    Raises: OpeningFileInvalid when it is no such file at all, or longer than 100,000 lines.
    """
    lines: list[OpeningLine] = []
    faults: list[FieldError] = []
    for number, row in _rows(content, form):
        if number > MAX_LINES + 1:
            raise OpeningFileInvalid(f"a file has at most {MAX_LINES} lines: send it in parts")
        try:
            lines.append(_line(number, _Line.model_validate(row)))
        except ValidationError as error:
            for one in error.errors(include_url=False, include_input=False, include_context=False):
                field = str(one["loc"][0]) if one["loc"] else "line"
                faults.append(fault(number, field, one["type"], one["msg"]))
    return lines, faults


def _line(number: int, row: _Line) -> OpeningLine:
    return OpeningLine(
        line=number,
        person_id=row.person_id,
        limit_id=row.limit_id,
        on=row.on,
        amount=row.amount_cents or row.units or 0,
        is_money=row.amount_cents is not None,
        mode=row.mode,
        part=row.part,
    )


def _rows(content: bytes, form: OpeningFormat) -> Iterator[tuple[int, Any]]:
    try:
        text = content.decode("utf-8-sig")
        if form == "json":
            rows = json.loads(text)
            if not isinstance(rows, list):
                raise OpeningFileInvalid("the file is no JSON list")
            yield from enumerate(rows, start=1)
            return
    except ValueError as error:
        raise OpeningFileInvalid(f"the file cannot be read: {error}") from error
    heading = text.partition("\n")[0]
    for number, row in enumerate(
        csv.DictReader(io.StringIO(text), delimiter=";" if ";" in heading else ","), start=_FIRST_CSV_LINE
    ):
        # An empty field says nothing; more fields than the heading has are a fault of the line.
        yield number, {name or "line": value for name, value in row.items() if value not in ("", None)}
