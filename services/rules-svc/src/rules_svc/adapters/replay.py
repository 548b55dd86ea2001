"""Decide a stored decision anew from what its row keeps, and compare byte by byte."""

from collections.abc import Mapping
from typing import Any

import orjson

from rules_svc.adapters.decision_rows import outcome_json, read_inputs, read_limits
from rules_svc.domain.decision import Decision
from rules_svc.domain.evaluate import evaluate, without_plan
from rules_svc.domain.manual_payment import grant_by_hand
from rules_svc.domain.plan import Plan
from rules_svc.domain.texts import Texts
from rules_svc.use_cases.adjudicate import texts_of

_EXPLAINED = ("steps", "reasons", "missing")


def decided_anew(row: Mapping[str, Any], plan: Plan | None) -> Decision:
    """Decide a row's request under the plan of its hash, with the balances that it was decided on."""
    request, facts = read_inputs(row["inputs"])
    limits = read_limits(row["limits_before"])
    if row["kind"] in {"review", "booking_review"}:
        further = row["kind"] == "booking_review"
        return grant_by_hand(plan, request, facts, limits, row["payable_cents"], further=further)
    return evaluate(plan, request, facts, limits) if plan else without_plan(request)


def differences(row: Mapping[str, Any], plan: Plan | None, texts: Texts) -> list[str]:
    """Name what is not the same, byte for byte; `steps (wording)` where the explanation differs in its words alone.

    Shapes: `row` has the columns of a decision and its `postings` as [limit id, window, amount].
    """
    decision = decided_anew(row, plan)
    anew = outcome_json(decision, *texts_of(decision, texts))
    found = []
    for name, value in anew.items():
        if _bytes(value) == _bytes(row[name]):
            continue
        wording = name in _EXPLAINED and _bytes(_without_words(value)) == _bytes(_without_words(row[name]))
        found.append(f"{name} (wording)" if wording else name)
    return found


def _bytes(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _without_words(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: part for name, part in line.items() if not name.endswith(("_it", "_en"))} for line in lines]
