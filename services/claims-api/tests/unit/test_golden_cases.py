"""The runner of golden cases: its words on the intake's rules."""

from pathlib import Path
from typing import Any

import pytest

from claims_api.entrypoints.cases import HANDLERS
from claims_api.entrypoints.cases.member_portal import ACTIONS
from kit.cases import Answer, answer, check, read_cases

CASES = read_cases(Path(__file__).parents[4] / "tests" / "cases" / "workflow.json", "FNM-ONECARE")
HEALTH = {"document_number": "12", "date": "2022-12-10", "amount_cents": 1000, "vat_or_tax_code": None}
DATE = {"date": "2022-12-10"}
ROWS = [
    {"invoice_date": "2022-12-10", "request_date": "2022-12-11", "requested_cents": 1000, "settled_cents": 0},
    {"invoice_date": "2022-08-05", "request_date": "2022-05-10", "requested_cents": 400, "settled_cents": 300},
]
ALL, TWO = [True, True, True], [True, False, True]


@pytest.mark.parametrize(
    "asked", [one for one in CASES if one["request"]["action"] in ACTIONS], ids=lambda one: one["id"]
)
def test_golden_case(asked: dict[str, Any]) -> None:
    check(HANDLERS, asked)


def run(asked: dict[str, Any]) -> Answer:
    found = answer(HANDLERS, asked, ())
    assert found is not None
    return found


def case(action: str, given: dict[str, Any], **request: Any) -> dict[str, Any]:
    return {"id": "x", "fund": "FNM-ONECARE", "given": given, "request": {"action": action, **request}}


@pytest.mark.parametrize(
    ("asked", "decision", "reason", "more"),
    [
        (case("send_request", {"flags": ALL, "fields": HEALTH}), "ALLOW", "ONE-CLM-03", {"state_after": "INSERITA"}),
        (case("send_request", {"flags": TWO, "fields": HEALTH}), "DENY", "ONE-CLM-09", {"state_after": "BOZZA"}),
        (case("send_request", {"flags": ALL, "fields": {**HEALTH, "amount_cents": None}}), "DENY", "ONE-CLM-03", {}),
        (case("send_request", {"flags": ALL, "fields": {**HEALTH, "date": None}}), "DENY", "ONE-CLM-03", {}),
        (case("send_request", {"flags": ALL, "type": "non_health", "fields": DATE}), "ALLOW", "ONE-CLM-05", {}),
        (case("send_request", {"flags": ALL, "type": "non_health", "fields": {}}), "DENY", "ONE-CLM-05", {}),
        (
            case("send_request", {"flags": ALL, "requests": [HEALTH, {**HEALTH, "document_number": "13"}]}),
            "ALLOW_WITH_WARNING",
            "ONE-CLM-11",
            {"state_after": "INSERITA"},
        ),
        (case("open_diary", {}), "NOT_AVAILABLE", "ONE-DIA-01", {}),
        (case("edit_profile", {"member_kind": "employee"}), "DENY", "ONE-PRO-02", {"redirect_to": "employer"}),
        (case("send_credentials", {"email": None}), "DENY_AND_REPORT", "ONE-LOG-02", {}),
        (case("send_credentials", {"email": "a@example.org"}), "ALLOW", "ONE-LOG-02", {}),
        (case("search", {"rows": ROWS}, invoice_to="2022-12-09"), "ROWS", "ONE-MYC-02", {"row_count": 1}),
        (case("search", {"rows": ROWS}, requested_from="2022-12-11"), "ROWS", "ONE-MYC-02", {"row_count": 1}),
    ],
)
def test_words(asked: dict[str, Any], decision: str, reason: str, more: dict[str, Any]) -> None:
    got = run(asked).got
    assert (got["decision"], {name: got[name] for name in more}) == (decision, more)
    assert reason in got["reasons"]


@pytest.mark.parametrize(
    ("other", "decision", "payable_cents", "label"),
    [
        ("SOSPESA", "HOLD", 0, "SOSPESA"),
        ("COMPLETA", "PAY", 8, "LIQUIDATA"),
        ("RESPINTA", "PAY", 5, "LIQUIDATA"),
        ("INSERITA", "HOLD", 0, "IN VALUTAZIONE"),
    ],
)
def test_one_request_holds_the_case(other: str, decision: str, payable_cents: int, label: str) -> None:
    requests = [{"amount_cents": 5, "state": "COMPLETA"}, {"amount_cents": 3, "state": other}]
    got = run(case("pay_case", {"requests": requests})).got
    assert (got["decision"], got["payable_cents"], got["state_after"]) == (decision, payable_cents, label)


def test_others_decide_what_is_not_the_intake() -> None:
    assert answer(HANDLERS, case("request_direct", {}), ()) is None
