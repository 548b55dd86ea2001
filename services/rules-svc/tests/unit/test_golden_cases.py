"""The golden cases of the articles in the plan, read from the circular by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from rules_svc.adapters.case_file import CaseFile, decide_case
from rules_svc.domain.plan import Plan

GOLDEN = Path(__file__).parents[1] / "golden" / "fnm.json"
CASES: list[dict[str, Any]] = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]
OUTCOMES = {"payable": {"pay"}, "rejected": {"deny"}, "suspended": {"pend", "refer"}}

# Every claim of the golden file, by the group of its id.
EXPECTED = {
    "fnm-3.1": 9,
    "fnm-3.2": 5,
    "fnm-3.3": 6,
    "fnm-3.4": 8,
    "fnm-3.5": 8,
    "fnm-3.6": 20,
    "fnm-3.7": 6,
    "fnm-3.8": 11,
    "fnm-3.9": 8,
    "fnm-3.10": 8,
    "fnm-3.11": 6,
    "fnm-4.1": 2,
    "fnm-4.2": 12,
    "fnm-4.3": 12,
    "fnm-4.4": 8,
    "fnm-4.5": 7,
    "fnm-4.6": 5,
    "fnm-4.7": 6,
    "fnm-5.1": 31,
    "fnm-5.2": 10,
    "fnm-5.3": 18,
    "fnm-5.4": 8,
    "fnm-5.5": 5,
    "fnm-6.1": 3,
    "fnm-6.2": 8,
    "fnm-6.3": 1,
    "fnm-7.1": 5,
    "fnm-7.2": 6,
    "fnm-7.3": 6,
    "fnm-7.4": 4,
    "fnm-7.5": 4,
    "fnm-7.6": 5,
    "fnm-7.7": 5,
    "fnm-7.8": 3,
    "fnm-7.9": 17,
    "fnm-7.10": 9,
    "fnm-7.11": 16,
    "fnm-7.12": 17,
    "fnm-7.13": 1,
    "fnm-1.1": 8,
    "fnm-1.5": 2,
    "fnm-1.2": 8,
    "fnm-1.3": 24,
}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_golden_case(case: dict[str, Any], plan: Plan) -> None:
    decision = decide_case(plan, CaseFile.model_validate(case))
    expect = case["expect"]
    allowed = {one for name in {expect["decision"], *expect.get("decision_any", ())} for one in OUTCOMES[name]}
    assert decision.outcome in allowed, decision
    assert decision.payable_cents == expect["benefit_cents"], decision.steps
    assert set(expect["reasons"]) <= set(decision.articles), decision.articles


def test_the_file_holds_all_the_cases_of_these_articles() -> None:
    counted: dict[str, int] = {}
    for case in CASES:
        group = case["id"].rpartition("-")[0]
        counted[group] = counted.get(group, 0) + 1
    assert counted == EXPECTED
