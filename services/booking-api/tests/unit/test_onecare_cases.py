"""The golden cases of the direct mode, read from the member guide by hand."""

from pathlib import Path
from typing import Any

import pytest
from booking_factories import NOTICE_DAYS

from booking_api.entrypoints.cases import HANDLERS
from kit.cases import answer, check, read_cases

PUBLISHED = {
    "plan_id": "fnm",
    "fund": "fnm",
    "version": "2023-07-01",
    "effective_from": "2023-07-01",
    "effective_to": None,
    "articles": [],
    "notice_days": NOTICE_DAYS,
}
_ALL = read_cases(Path(__file__).parents[4] / "tests" / "cases" / "workflow.json", "FNM-ONECARE")
CASES = [case for case in _ALL if answer(HANDLERS, case, [PUBLISHED]) is not None]


def test_the_direct_mode_is_answered_here():
    assert len(CASES) == 14


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_golden_case(case: dict[str, Any]):
    check(HANDLERS, case, [PUBLISHED])


def asked(action: str, given: dict[str, Any], **request: Any) -> Any:
    case = {"id": "x", "fund": "FNM-ONECARE", "given": given, "request": {"action": action, **request}}
    found = answer(HANDLERS, case, [PUBLISHED])
    assert found is not None
    return found.got


@pytest.mark.parametrize(
    ("today", "covered", "decision"),
    [("2024-05-16", True, "DENY"), ("2024-05-17", True, "ALLOW"), ("2024-05-18", False, "DENY")],
)
def test_the_claim_is_left_from_the_appointment_on_where_the_plan_covers_it(today: str, covered: bool, decision: str):
    given = {"state": "RICHIESTA", "appointment_date": "2024-05-17", "today": today, "covered_indirect": covered}
    assert asked("convert_to_refund", given)["decision"] == decision


@pytest.mark.parametrize("service_class", ["hospital_stay", "outpatient_surgery"])
def test_stays_and_operations_need_five_working_days_and_no_prescription_on_the_portal(service_class: str):
    given = {"service_class": service_class, "request_date": "2024-05-09", "appointment_date": "2024-05-16"}
    got = asked("request_direct", given, prescription=False)
    assert (got["decision"], "ONE-DIR-11" in got["reasons"]) == ("ALLOW_WITH_WARNING", True)
    late = asked("request_direct", given | {"request_date": "2024-05-10"}, prescription=True)
    assert late["decision"] == "DIRECT_NOT_GUARANTEED"


def test_the_letter_is_not_due_before_its_day():
    given = {"state": "IMPEGNATO DIRETTA", "appointment_date": "2024-05-17", "today": "2024-05-14"}
    got = asked("daily_job", given | {"price_cents": 9_600, "fund_share_cents": 6_000})
    assert got["decision"] == "HOLD"
