"""Scenario files: what a plan must decide, written so that a plan administrator can read it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from kit.errors import FieldError
from kit.money import parse_eur
from rules_svc.adapters.case_file import CaseFile, decide_case
from rules_svc.adapters.plan_parts import Cents, Names, Part
from rules_svc.adapters.plan_reader import read_yaml
from rules_svc.domain.decision import Decision
from rules_svc.domain.errors import PlanInvalid
from rules_svc.domain.plan import Plan

_AMOUNTS = {
    "amount": "amount_cents",
    "consumed": "consumed_cents",
    "stamp_duty": "stamp_duty_cents",
    "other_fund_refund": "other_fund_refund_cents",
}
_WHOLE = ("quantity",)


class Expectation(Part):
    """What must come out."""

    decision: Literal["pay", "deny", "pend", "refer"]
    payable: Cents = 0
    cites: Names | None = None
    steps: tuple[str, ...] | None = None


class Scenario(Part):
    """One request and what must come out; what is not given comes from the file's defaults."""

    name: str
    member: dict[str, Any] = Field(default_factory=dict)
    beneficiary: dict[str, Any] = Field(default_factory=dict)
    history: tuple[dict[str, Any], ...] = ()
    request: dict[str, Any] = Field(default_factory=dict)
    expect: Expectation


class ScenarioFile(Part):
    """The scenarios of one article."""

    article: str
    defaults: dict[str, dict[str, Any]]
    scenarios: tuple[Scenario, ...]


def _typed(value: Any) -> Any:
    """Give amounts as cents and counts as numbers: in the file every scalar is a string."""
    if isinstance(value, dict):
        return dict(_typed_entry(name, inner) for name, inner in value.items())
    return [_typed(one) for one in value] if isinstance(value, list | tuple) else value


def _typed_entry(name: str, value: Any) -> tuple[str, Any]:
    if name in _AMOUNTS:
        return _AMOUNTS[name], parse_eur(value)
    return name, int(value) if name in _WHOLE else _typed(value)


def parse_scenarios(text: str) -> ScenarioFile:
    """Read the text of a scenario file."""
    return ScenarioFile.model_validate(read_yaml(text))


def read_scenarios(path: Path) -> ScenarioFile:
    """Read one scenario file."""
    return parse_scenarios(path.read_text(encoding="utf-8"))


def case_of(file: ScenarioFile, scenario: Scenario) -> CaseFile:
    """Complete a scenario with the defaults of its file."""
    parts = {
        name: file.defaults.get(name, {}) | getattr(scenario, name) for name in ("member", "beneficiary", "request")
    }
    parts["request"].setdefault("article", file.article)
    return CaseFile.model_validate(_typed(parts | {"history": scenario.history}))


def mismatch(scenario: Scenario, decision: Decision) -> str | None:
    """Say how a decision differs from what was expected."""
    expect = scenario.expect
    if (decision.outcome, decision.payable_cents) != (expect.decision, expect.payable):
        return f"{decision.outcome} {decision.payable_cents}, not {expect.decision} {expect.payable}"
    if expect.cites is not None and not set(expect.cites) <= set(decision.articles):
        return f"cites {decision.articles}, not {expect.cites}"
    codes = tuple(step.code for step in decision.steps)
    return f"steps {codes}" if expect.steps not in (None, codes) else None


def scenario_texts(folder: Path) -> dict[str, str]:
    """Return the scenario files of a folder by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}


def scenario_faults(plan: Plan, texts: Mapping[str, str]) -> Iterator[FieldError]:
    """Run every scenario on a plan and return those that fail.

    Shapes: `texts` maps the name of a scenario file to its content.
    """
    for name, text in sorted(texts.items()):
        try:
            file = parse_scenarios(text)
            for scenario in file.scenarios:
                found = mismatch(scenario, decide_case(plan, case_of(file, scenario)))
                if found is not None:
                    yield FieldError(f"/{name}/{scenario.name}", "scenario", found)
        except (ValidationError, PlanInvalid) as error:
            yield FieldError(f"/{name}", "scenario_shape", str(error))
