"""What a page of a plan is made of: lines and tables, each with its rule ids for the margin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules_svc.adapters.plan_italian import prettified
from rules_svc.adapters.plan_parts import Cited

_MARGIN = frozenset({"cite", "rules", "interpretation"})


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence; `margin` holds rule ids and readings, `note` is the small print under it."""

    text: str
    margin: tuple[str, ...] = ()
    note: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows carry a margin; `figures` are the columns of amounts."""

    heads: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    figures: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of the article with its lines or its table."""

    heading: str
    lines: tuple[Line, ...] = ()
    table: Table | None = None


def line(text: str, part: Cited, note: str = "", *, strong: bool = False) -> Line:
    """Make a line with the margin of a part of the plan."""
    return Line(text, (*part.rules, *part.interpretation), note, strong)


def plain_lines(label: str, raw: Any) -> list[Line]:
    """Write a part of the plan that has no sentence of its own: its keys and values, nothing left off."""
    if isinstance(raw, Mapping) and "cite" not in raw and any(isinstance(one, Mapping) for one in raw.values()):
        return [made for key, inner in raw.items() for made in plain_lines(f"{label} {key}".replace("_", " "), inner)]
    if isinstance(raw, list) and any(isinstance(one, Mapping) for one in raw):
        return [made for inner in raw for made in plain_lines(label, inner)]
    if isinstance(raw, Mapping):
        margin = (*_names(raw.get("rules")), *_names(raw.get("interpretation")))
        rest = {key: inner for key, inner in raw.items() if key not in _MARGIN}
        nested = _nested_margin(rest)
        return [Line(f"{label}: {prettified(_bare(rest))}." if rest else f"{label}.", (*margin, *nested))]
    return [Line(f"{label}: {prettified(raw)}.")]


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _nested_margin(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        own = (*_names(value.get("rules")), *_names(value.get("interpretation")))
        return own + tuple(name for inner in value.values() for name in _nested_margin(inner))
    return tuple(name for inner in value for name in _nested_margin(inner)) if isinstance(value, list) else ()


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _bare(inner) for key, inner in value.items() if key not in _MARGIN}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value
