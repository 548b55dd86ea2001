"""The scenario files beside the plan, and that they can fail."""

from pathlib import Path

import pytest

from rules_svc.adapters.case_file import decide_case
from rules_svc.adapters.scenarios import Scenario, ScenarioFile, case_of, mismatch, read_scenarios, scenario_faults
from rules_svc.domain.plan import Plan

FOLDER = Path(__file__).parents[1] / "scenarios" / "fnm"
FILES = [read_scenarios(path) for path in sorted(FOLDER.glob("*.yaml"))]
SCENARIOS = [(file, scenario) for file in FILES for scenario in file.scenarios]


@pytest.mark.parametrize(("file", "scenario"), SCENARIOS, ids=[f"{f.article} {s.name}" for f, s in SCENARIOS])
def test_scenario(file: ScenarioFile, scenario: Scenario, plan: Plan) -> None:
    assert mismatch(scenario, decide_case(plan, case_of(file, scenario))) is None


def test_names_are_unique_in_a_file() -> None:
    for file in FILES:
        names = [scenario.name for scenario in file.scenarios]
        assert len(names) == len(set(names))


def test_a_wrong_expectation_is_a_fault(plan: Plan) -> None:
    right = (FOLDER / "3.6-visite.yaml").read_text(encoding="utf-8")
    wrong = right.replace("payable: 72.00", "payable: 72.01")
    found = list(scenario_faults(plan, {"wrong.yaml": wrong, "shape.yaml": "article: '3.6'\nunknown: 1\n"}))
    assert [fault.rule for fault in found] == ["scenario_shape", "scenario"]
    assert "7200" in found[1].message
