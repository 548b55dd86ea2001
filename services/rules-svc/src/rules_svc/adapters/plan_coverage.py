"""Which rules of a fund's catalogue a plan executes, and where the others are kept: none is left unsaid.

The catalogue's ids stand in plans/<plan>/rule_ids.tsv. A term of the plan names the ids that it executes (`rules:`);
what another service checks, what a person decides and what only informs stands in plans/<plan>/coverage.yaml.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, Field, TypeAdapter, ValidationError, model_validator

from kit.errors import FieldError
from rules_svc.adapters.case_file import decide_case
from rules_svc.adapters.plan_parts import Cited, Part
from rules_svc.adapters.plan_reader import read_yaml
from rules_svc.adapters.plan_schema import PlanFile
from rules_svc.adapters.scenarios import case_of, read_scenarios
from rules_svc.domain.decision import Decision
from rules_svc.domain.errors import PlanInvalid, PlanNotFound
from rules_svc.domain.plan import Plan

How = Literal["executed", "checked", "referred", "informative", "unlisted"]
HOWS: tuple[How, ...] = get_args(How)


@dataclass(frozen=True, slots=True)
class CatalogueRule:
    """One atomic rule of the circular; `source` are the lines of the original."""

    id: str
    article: str
    source: str
    text: str


class Elsewhere(Part):
    """How a rule is kept that no term of the plan executes."""

    how: Literal["checked", "referred", "informative"]
    by: Literal["claims-api", "booking-api", "payout-svc", "notify-svc", "identity-svc", "rules-svc"] | None = None
    where: str = Field(min_length=1, pattern="^[^/]")

    @model_validator(mode="after")
    def _checked_by_a_service(self) -> "Elsewhere":
        if (self.how == "checked") != (self.by is not None):
            raise ValueError("what is checked names its service under `by`, and nothing else does")
        return self


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """How one rule is kept, where, and the scenarios whose explanation cites it."""

    rule: CatalogueRule
    how: How
    where: tuple[str, ...]
    scenarios: tuple[str, ...] = ()

    @property
    def in_plan(self) -> bool:
        """Say whether a term of the plan keeps the rule."""
        return any(place.startswith("/") for place in self.where)


_ELSEWHERE = TypeAdapter(dict[str, Elsewhere])


def _beside(plan_id: str, name: str) -> Path:
    return Path(str(files("rules_svc"))) / "plans" / plan_id / name


def has_catalogue(plan_id: str) -> bool:
    """Say whether the rules of a plan's source were catalogued."""
    return _beside(plan_id, "rule_ids.tsv").is_file()


def read_catalogue(plan_id: str) -> dict[str, CatalogueRule]:
    """Return the rules of the plan's source by id, in its order.

    Raises: PlanNotFound when the plan has no catalogue.
    """
    if not has_catalogue(plan_id):
        raise PlanNotFound(f"no catalogue of rules for {plan_id!r}")
    with _beside(plan_id, "rule_ids.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["id"]: CatalogueRule(**row) for row in rows}


def read_elsewhere(plan_id: str) -> dict[str, Elsewhere]:
    """Return what is kept outside the plan, by rule id.

    Raises: PlanInvalid naming every faulty entry.
    """
    path = _beside(plan_id, "coverage.yaml")
    try:
        return _ELSEWHERE.validate_python(read_yaml(path.read_text(encoding="utf-8"))) if path.is_file() else {}
    except ValidationError as error:
        faults = [FieldError("/" + "/".join(map(str, one["loc"])), one["type"], one["msg"]) for one in error.errors()]
        raise PlanInvalid("coverage.yaml is not well formed", errors=faults) from error


def cited_parts(file: PlanFile) -> Iterator[tuple[str, Cited]]:
    """Walk every part of a plan that may name rules, with its place."""
    yield from _cited("", file)


def _cited(path: str, value: object) -> Iterator[tuple[str, Cited]]:
    if isinstance(value, Cited):
        yield path, value
    if isinstance(value, BaseModel):
        for name, inner in value:
            yield from _cited(f"{path}/{name.rstrip('_')}", inner)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _cited(f"{path}/{name}", inner)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _cited(f"{path}/{getattr(inner, 'code', None) or index}", inner)


def coverage_faults(file: PlanFile) -> list[FieldError]:
    """Return every rule id, of the plan or of coverage.yaml, that the catalogue does not have."""
    if not has_catalogue(file.plan.id):
        return []
    known = read_catalogue(file.plan.id)
    faults = [
        FieldError(path, "rule_unknown", rule)
        for path, part in cited_parts(file)
        for rule in part.rules
        if rule not in known
    ]
    strange = [rule for rule in read_elsewhere(file.plan.id) if rule not in known]
    return faults + [FieldError(f"/coverage.yaml/{rule}", "rule_unknown", rule) for rule in strange]


def scenario_names(plan: Plan, folder: Path) -> dict[str, tuple[str, ...]]:
    """Decide every scenario and return, by rule id, the scenarios whose explanation cites the rule."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        file = read_scenarios(path)
        for scenario in file.scenarios:
            for rule in _cited_rules(decide_case(plan, case_of(file, scenario))):
                found.setdefault(rule, []).append(f"{file.article}: {scenario.name}")
    return {rule: tuple(names) for rule, names in found.items()}


def _cited_rules(decision: Decision) -> set[str]:
    told = [one.params for part in (decision.steps, decision.reasons, decision.missing) for one in part]
    return {rule for params in told for rule in params.get("rules", ())}


def cover(file: PlanFile, scenarios: Mapping[str, tuple[str, ...]] | None = None) -> list[RuleCoverage]:
    """Say of every rule of the catalogue how it is kept; a term of the plan stands above coverage.yaml."""
    terms: dict[str, list[tuple[str, Cited]]] = {}
    for path, part in cited_parts(file):
        for rule in part.rules:
            terms.setdefault(rule, []).append((path, part))
    elsewhere, named = read_elsewhere(file.plan.id), scenarios or {}
    return [
        _coverage(rule, terms.get(rule.id, []), elsewhere.get(rule.id), named.get(rule.id, ()))
        for rule in read_catalogue(file.plan.id).values()
    ]


def _coverage(
    rule: CatalogueRule, terms: list[tuple[str, Cited]], other: Elsewhere | None, scenarios: tuple[str, ...]
) -> RuleCoverage:
    if terms:
        to_a_person = all(getattr(part, "review", None) is not None for _, part in terms)
        how: How = "referred" if to_a_person else "executed"
        return RuleCoverage(rule, how, tuple(path for path, _ in terms), scenarios)
    if other is None:
        return RuleCoverage(rule, "unlisted", ())
    return RuleCoverage(rule, other.how, (f"{other.by}: {other.where}" if other.by else other.where,))


def counted(covered: list[RuleCoverage]) -> dict[str, dict[How, int]]:
    """Count by article, in the order of the catalogue."""
    counts: dict[str, dict[How, int]] = {}
    for one in covered:
        row = counts.setdefault(one.rule.article, dict.fromkeys(HOWS, 0))
        row[one.how] += 1
    return counts
