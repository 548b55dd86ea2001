"""The golden cases of the facilities' portal, read from the e-mail by hand, and the days around its gates."""

from pathlib import Path
from typing import Any

import pytest

from booking_api.entrypoints.cases import HANDLERS
from kit.cases import answer, check, read_cases

CASES = read_cases(Path(__file__).parents[4] / "tests" / "cases" / "workflow.json", "FASCHIM-FACILITY")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_golden_case(case: dict[str, Any]):
    check(HANDLERS, case)


def asked(action: str, **given: Any) -> Any:
    case = {"id": "x", "fund": "FASCHIM-FACILITY", "given": given, "request": {"action": action}}
    found = answer(HANDLERS, case, [])
    assert found is not None
    return found.got


@pytest.mark.parametrize(
    ("action", "last_open", "first_shut"),
    [("open_booking", "2023-02-28", "2023-03-01"), ("login", "2023-03-20", "2023-03-21")],
)
def test_the_old_systems_gates_shut_on_their_day(action: str, last_open: str, first_shut: str):
    assert asked(action, system="S@R", date=last_open)["decision"] == "ALLOW"
    assert asked(action, system="S@R", date=first_shut)["decision"] == "DENY"


def test_nothing_opens_in_the_new_system_before_its_day_nor_beside_an_open_old_booking():
    assert asked("open_booking", system="Koperniko", date="2023-02-28")["decision"] == "DENY"
    for state, decision in (("CHIUSA", "ALLOW"), ("NON APPROVATA", "DENY")):
        got = asked("open_booking", system="Koperniko", date="2023-03-02", sar_booking_state=state)
        assert got["decision"] == decision


def test_what_was_opened_in_march_is_not_dispensed_in_the_old_system():
    booking = {"system": "S@R", "date": "2023-03-10", "state": "APPROVATA", "invoices": 1}
    assert asked("dispense", **booking, opened_on="2023-03-01")["decision"] == "DENY"
    assert asked("dispense", **booking, opened_on="2023-02-28")["state_after"] == "CHIUSA"


@pytest.mark.parametrize("changes", [{"invoices": 0}, {"state": "CHIUSA"}])
def test_without_an_invoice_or_closed_nothing_is_dispensed(changes: dict[str, Any]):
    assert asked("dispense", **({"state": "APPROVATA", "invoices": 1} | changes))["decision"] == "DENY"


def test_a_stay_with_its_record_is_dispensed_and_one_usable_manager_gets_credentials():
    got = asked("dispense", type="stay", state="APPROVATA", invoices=1, clinical_record=True)
    assert (got["decision"], got["state_after"]) == ("ALLOW", "CHIUSA")
    got = asked("issue_first_credentials", managers=1, email="sara@studio.example.it")
    assert (got["decision"], got["credentials_sent"]) == ("ALLOW", 1)
    assert asked("issue_first_credentials", managers=1, email="studio@legalmail.it")["decision"] == "DENY_AND_REPORT"


def test_what_is_not_closed_is_on_no_statement_and_an_open_review_stands_alone():
    assert asked("list_statements", state="APPROVATA", fund_share_cents=1)["decision"] == "NOT_AVAILABLE"
    assert asked("ask_review", settled_cents=0, asked_cents=1, open_review=True)["decision"] == "DENY"
