"""The types of single fields, strict where JSON is not: no number is taken for a date, no text for a number."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt
from pydantic import StringConstraints as Str

from claims_api.domain.currency import CURRENCIES

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Nobody alive was born earlier, and no date of the fund lies after it.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
# PostgreSQL keeps no NUL, and no field of a form holds a control character.
PLAIN = r"^[^\x00-\x1f\x7f]*$"
MAX_CENTS = 10_000_000_000


def _iso_day(value: object) -> object:
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError("a day is written YYYY-MM-DD")
    return value


def _in_reach(value: date) -> date:
    if not _FIRST_DAY <= value < _LAST_DAY:
        raise ValueError("the day is out of reach")
    return value


def _known_currency(value: str) -> str:
    if value not in CURRENCIES:
        raise ValueError("no currency of ISO 4217 in use")
    return value


Day = Annotated[date, BeforeValidator(_iso_day), AfterValidator(_in_reach)]
Code = Annotated[str, Str(strip_whitespace=True, min_length=1, max_length=60, pattern=PLAIN)]
Name = Annotated[str, Str(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]
Email = Annotated[
    str, Str(strip_whitespace=True, max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+$")
]
Phone = Annotated[str, Str(strip_whitespace=True, pattern=r"^\+?[0-9 ./-]{5,30}$")]
Iban = Annotated[str, Str(strip_whitespace=True, min_length=5, max_length=50, pattern=PLAIN)]
Cents = Annotated[StrictInt, Field(ge=0, le=MAX_CENTS)]
PositiveCents = Annotated[StrictInt, Field(gt=0, le=MAX_CENTS)]
Currency = Annotated[str, Str(pattern=r"^[A-Z]{3}$"), AfterValidator(_known_currency)]
Quantity = Annotated[StrictInt, Field(ge=1, le=1000)]
ExtraText = Annotated[str, Str(max_length=500, pattern=PLAIN)]
ExtraInt = Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
Extra = Annotated[dict[Code, StrictBool | ExtraInt | ExtraText], Field(max_length=40)]


class Body(BaseModel):
    """A request's body: a field that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid")
