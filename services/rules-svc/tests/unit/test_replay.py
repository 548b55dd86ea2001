"""A stored decision, decided again from its row, gives the same bytes: every golden case, and random ones."""

import json
from typing import Any

import orjson
import pytest
from factories_rules import facts, visit
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_rules import CASES, PLAN, balances, persons, requests, used

from rules_svc.adapters.case_file import CaseFile, balances_of, facts_of
from rules_svc.adapters.decision_rows import inputs_json, limits_json, outcome_json
from rules_svc.adapters.replay import differences
from rules_svc.adapters.text_catalogue import load_texts
from rules_svc.domain.decision import Decision
from rules_svc.domain.evaluate import evaluate, without_plan
from rules_svc.domain.limits import Balances
from rules_svc.domain.manual_payment import grant_by_hand
from rules_svc.domain.request import Facts, Request
from rules_svc.use_cases.adjudicate import texts_of


def stored(request: Request, person: Facts, limits: Balances, decision: Decision, kind: str = "claim") -> Any:
    """Write a decision as its row keeps it, through JSON."""
    row = outcome_json(decision, *texts_of(decision, load_texts()))
    row |= {"kind": kind, "inputs": inputs_json(request, person), "limits_before": limits_json(limits)}
    return orjson.loads(orjson.dumps(row))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_golden_case_replays(case: dict[str, Any]) -> None:
    file = CaseFile.model_validate(case)
    request, (person, own) = file.request.to_domain(), facts_of(PLAN, file)
    limits = balances_of(PLAN, person, own)
    decision = evaluate(PLAN, request, person, limits)
    assert differences(stored(request, person, limits, decision), PLAN, load_texts()) == []


@settings(max_examples=300, deadline=None)
@given(request=requests(), person=persons(), taken=balances, granted=st.none() | st.integers(1, 50_000))
def test_a_random_decision_replays(request: Request, person: Facts, taken: int, granted: int | None) -> None:
    limits = used(request, person, taken)
    if granted is None:
        row = stored(request, person, limits, evaluate(PLAN, request, person, limits))
        assert differences(row, PLAN, load_texts()) == []
        return
    for kind in ("review", "booking_review"):
        decision = grant_by_hand(PLAN, request, person, limits, granted, further=kind == "booking_review")
        if decision.outcome == "pay":
            assert differences(stored(request, person, limits, decision, kind), PLAN, load_texts()) == []


def test_a_day_without_a_plan_replays() -> None:
    assert differences(stored(visit(), facts(), {}, without_plan(visit())), None, load_texts()) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"payable_cents": 1}, ["payable_cents"]),
        ({"postings": [["glasses", "2024-2025", 1]]}, ["postings"]),
        ({"steps": "words"}, ["steps (wording)"]),
        ({"steps": "figures"}, ["steps"]),
    ],
)
def test_what_differs_is_named(change: dict[str, Any], found: list[str]) -> None:
    row = stored(visit(), facts(), {}, evaluate(PLAN, visit(), facts(), {}))
    words = {"words": {"text_it": "altro"}, "figures": {"after_cents": 1}}
    if "steps" in change:
        change = {"steps": [row["steps"][0] | words[change["steps"]], *row["steps"][1:]]}
    assert differences(json.loads(json.dumps(row | change)), PLAN, load_texts()) == found
