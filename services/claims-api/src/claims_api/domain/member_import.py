"""One line of an employer's feed: what it declares of a person, and which rules it breaks."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from claims_api.domain.fiscal_code import compact, fiscal_code_fault
from claims_api.domain.member import Category, Language, Relation

REQUIRED = ("number", "relation", "first_name", "last_name", "fiscal_code", "birth_date")
REQUIRED_OF_MEMBERS = ("category", "enrolled_on")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+")
_PHONE = re.compile(r"\+?[0-9 ./-]{5,30}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
_YES_NO = {"true": True, "1": True, "si": True, "sì": True, "false": False, "0": False, "no": False}
_MAX_TEXT = 200


class ImportState(StrEnum):
    """Dry run, applied, or refused because a line breaks a rule; nothing is ever half applied."""

    CHECKED = "checked"
    APPLIED = "applied"
    REJECTED = "rejected"


class LineAction(StrEnum):
    """What a line does to the register."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEAVER = "leaver"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class LineFault:
    """One rule that a line breaks, by the name of its field."""

    field: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One line as read.

    Shapes: `facts` maps the columns that could be read to text, date, bool or nothing.
    """

    line: int
    facts: Mapping[str, Any]
    faults: tuple[LineFault, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One import as it ended.

    Shapes: `counts` maps an action to the number of lines with it.
    """

    import_id: UUID
    sha256: str
    state: ImportState
    dry_run: bool
    lines: int
    counts: Mapping[str, int]
    members_published: int


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of the report."""

    line: int
    number: str | None
    action: LineAction
    faults: tuple[LineFault, ...]


class _Unreadable(Exception):
    """A value has not the form of its field."""


def _text(value: str) -> str:
    if len(value) > _MAX_TEXT or _CONTROL.search(value):
        raise _Unreadable("text_form", "At most 200 characters, no control characters.")
    return value


def _matching(pattern: re.Pattern[str], rule: str, message: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not pattern.fullmatch(value):
            raise _Unreadable(rule, message)
        return value

    return read


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or not _FIRST_DAY <= day < _LAST_DAY:
        raise _Unreadable("date_form", "A day is written YYYY-MM-DD.")
    return day


def _yes_no(value: str) -> bool:
    try:
        return _YES_NO[value.lower()]
    except KeyError:
        raise _Unreadable("yes_no", "Write true or false.") from None


def _one_of(choices: type[StrEnum]) -> Callable[[str], str]:
    known = frozenset(choices)

    def read(value: str) -> str:
        if value not in known:
            raise _Unreadable("known_value", f"One of: {', '.join(sorted(known))}.")
        return value

    return read


FIELDS: Mapping[str, Callable[[str], Any]] = {
    "number": _matching(_NUMBER, "number_form", "Letters, digits, dot, dash; at most 40."),
    "relation": _one_of(Relation),
    "first_name": _text,
    "last_name": _text,
    "fiscal_code": _text,
    "birth_date": _day,
    "category": _one_of(Category),
    "employer": _text,
    "enrolled_on": _day,
    "hired_on": _day,
    "left_on": _day,
    "email": _matching(_EMAIL, "email_form", "This is no e-mail address."),
    "phone": _matching(_PHONE, "phone_form", "This is no telephone number."),
    "language": _one_of(Language),
    "disabled_104": _yes_no,
    "fiscally_dependent": _yes_no,
    "contributions_in_order": _yes_no,
    "valid_from": _day,
    "valid_to": _day,
}


def read_line(line: int, raw: Mapping[str, Any], *, today: date) -> ImportLine:
    """Read one line, with every fault that it has in itself."""
    facts: dict[str, Any] = {}
    faults: list[LineFault] = []
    for name, read in FIELDS.items():
        value = raw.get(name)
        text = "" if value is None else str(value).strip()
        try:
            facts[name] = read(text) if text else None
        except _Unreadable as fault:
            facts[name] = None
            faults.append(LineFault(name, *fault.args))
    unreadable = {fault.field for fault in faults}
    faults.extend(_missing(facts, unreadable))
    if not faults:
        facts["fiscal_code"] = compact(facts["fiscal_code"])
        faults.extend(_contradictions(facts, today))
    return ImportLine(line, facts, tuple(faults))


def _missing(facts: Mapping[str, Any], unreadable: set[str]) -> Iterator[LineFault]:
    required = REQUIRED if facts["relation"] != Relation.MEMBER else (*REQUIRED, *REQUIRED_OF_MEMBERS)
    for name in required:
        if facts[name] is None and name not in unreadable:
            yield LineFault(name, "required", "The field is empty.")


def _contradictions(facts: Mapping[str, Any], today: date) -> Iterator[LineFault]:
    fault = fiscal_code_fault(facts["fiscal_code"], facts["birth_date"])
    if fault is not None:
        yield LineFault("fiscal_code", *fault)
    if facts["birth_date"] > today:
        yield LineFault("birth_date", "date_not_in_future", "The birth date is in the future.")
    if facts["left_on"] and facts["enrolled_on"] and facts["left_on"] < facts["enrolled_on"]:
        yield LineFault("left_on", "left_before_enrolled", "The member left before enrolling.")
    if facts["valid_from"] and facts["valid_to"] and facts["valid_to"] <= facts["valid_from"]:
        yield LineFault("valid_to", "period_empty", "valid_to must be after valid_from.")
