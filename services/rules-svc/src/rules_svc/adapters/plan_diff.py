"""What changes between two versions of a plan, article by article, in the words and figures of the plan file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rules_svc.adapters.plan_page import article_order
from rules_svc.adapters.plan_reader import PlanSource

WHOLE_PLAN = "plan"
# A condition reads as one sentence: half of it says nothing.
_WHOLE = frozenset({"when", "eligibility"})
# Places that hold many named things: all of them gone is as many lines.
_GROUPS = frozenset({"accumulators", "exclusions", "requires_evidence", "tariff", "referrals", "proofs", "redirect"})
_IDENTITIES = ("code", "document", "kind", "relationship", "to", "it")
_NAMES = ("text", "title", "name", "choice")
# What the name of a thing, or its margin, says already.
_UNSAID = frozenset({"cite", "rules", "interpretation", "code", "document", "question", *_NAMES})
_WORDS: Mapping[str, str] = {
    "accumulators": "limit",
    "bands": "share of",
    "cite": "cited articles",
    "count_limit": "count limit",
    "effective_from": "in force from",
    "effective_to": "in force until",
    "exclusions": "exclusion",
    "interpretation": "readings",
    "per_item": "limit per service",
    "proofs": "proof",
    "readings": "reading",
    "redirect": "redirect to",
    "referrals": "referral",
    "reimbursement_rate": "rate",
    "requires_evidence": "evidence",
    "rules": "rule ids",
    "valid_for_minors_years": "years of validity for minors",
    "when": "condition",
}
_SILENT = frozenset({"beneficiary_shares", "benefits", "defaults", "plan", "terms"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what was (None: added) and what is (None: removed), as the plan file writes it."""

    article: str
    title: str
    pointer: str
    what: str
    before: str | None
    after: str | None

    @property
    def line(self) -> str:
        """Return the change as one line of text."""
        if self.before is None:
            return f"+ {self.what}: {self.after}"
        if self.after is None:
            return f"- {self.what}: {self.before}"
        return f"{self.what}: {self.before} -> {self.after}"


def changes_between(before: PlanSource, after: PlanSource) -> list[Change]:
    """Return every difference, in the order of the articles; what belongs to no article comes first."""
    titles = {number: text.en for source in (before, after) for number, text in source.file.articles.items()}
    found = [
        Change(article, titles.get(article, ""), "/" + "/".join(path), _what(path), _written(old), _written(new))
        for article, path, old, new in _differences((), WHOLE_PLAN, before.content, after.content)
    ]
    return sorted(found, key=lambda change: article_order(change.article))


def lines_of(changes: list[Change]) -> Iterator[str]:
    """Write the changes under the headings of their articles."""
    for (article, title), group in groupby(changes, key=lambda change: (change.article, change.title)):
        yield f"{article} {title}".rstrip()
        yield from (f"  {change.line}" for change in group)


_Difference = tuple[str, tuple[str, ...], Any, Any]


def _differences(path: tuple[str, ...], article: str, old: Any, new: Any) -> Iterator[_Difference]:
    if old == new:
        return
    article = _article(path, article, new if isinstance(new, Mapping) else old)
    before, after = _named_things(path, old, new), _named_things(path, new, old)
    if before is None or after is None:
        yield article, path, old, new
        return
    for key in dict.fromkeys((*before, *after)):
        yield from _differences((*path, key), article, before.get(key), after.get(key))


def _named_things(path: tuple[str, ...], value: Any, other: Any) -> Mapping[str, Any] | None:
    """Return what a place holds by name, where each thing of it is told by itself; None where it is told whole."""
    if path and path[-1] in _WHOLE:
        return None
    if value is None and path[-1] in _GROUPS and isinstance(_keyed(other), Mapping):
        return {}
    keyed = _keyed(value)
    return keyed if isinstance(keyed, Mapping) else None


def _article(path: tuple[str, ...], outer: str, value: Any) -> str:
    if path[:1] == ("articles",) and len(path) > 1:
        return path[1]
    if path[:1] == ("benefits",) and len(path) > 1:
        return path[1]
    cite = value.get("cite") if isinstance(value, Mapping) else None
    first = cite[0] if isinstance(cite, list) and cite else cite
    return first if isinstance(first, str) and first != "*" else outer


def _keyed(value: Any) -> Any:
    """Give the items of a list the name by which a reader knows them, so that order does not matter."""
    if not isinstance(value, list) or not value or not all(isinstance(one, Mapping) for one in value):
        return value
    keyed: dict[str, Any] = {}
    for one in value:
        name = next((_flow(one[key]) for key in _IDENTITIES if key in one), "item")
        if "age_from" in one:
            name += f" from {one['age_from']}"
        keyed[name if name not in keyed else f"{name} ({len(keyed) + 1})"] = one
    return keyed


def _what(path: tuple[str, ...]) -> str:
    mode, keys = "", path
    if path[:1] == ("benefits",):
        keys = path[2:] or ("article",)
        if keys[:1] == ("terms",) and len(keys) > 1:
            mode, keys = f", {keys[1]} mode", keys[2:] or ("terms",)
    elif path[:1] == ("articles",):
        keys = ("title", *path[2:])
    words = [_WORDS.get(key, key.replace("_", " ")) for key in keys if key not in _SILENT or len(keys) == 1]
    return " ".join(words) + mode


def _written(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, Mapping):
        named = next((value[name] for name in _NAMES if name in value), None)
        title = named.get("en") if isinstance(named, Mapping) else named
        rest = {key: inner for key, inner in value.items() if key not in _UNSAID}
        if isinstance(title, str):
            return title if "kind" in rest or not rest else f"{title} {_flow(rest)}"
        return _flow(rest)
    return _flow(value)


def _flow(value: Any) -> str:
    """Write a value on one line, as YAML would in flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return ", ".join(_flow(inner) for inner in value)
    return str(value)
