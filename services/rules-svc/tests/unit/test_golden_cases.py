"""The golden cases of the articles in the plan, read from the circular by hand."""

from pathlib import Path
from typing import Any

import pytest

from kit.cases import check, read_cases
from rules_svc.entrypoints.cases import HANDLERS

CASES = read_cases(Path(__file__).parents[4] / "tests" / "cases" / "fnm.json", "FNM claim")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_golden_case(case: dict[str, Any]) -> None:
    check(HANDLERS, case)


def test_the_file_holds_claims() -> None:
    assert len(CASES) >= 371


def test_a_day_without_a_plan_goes_to_an_officer() -> None:
    (found,) = HANDLERS["FNM claim"]
    case = CASES[0] | {"request": CASES[0]["request"] | {"expense_date": "2001-01-01"}}
    answered = found(case, [])
    assert answered is not None
    assert (answered.got["decision"], answered.got["benefit_cents"]) == ("suspended", 0)
