"""Claims on the FNM circular, decided by the plan that covers the day of the expense."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from kit.cases import Answer, Case
from kit.cases import Plan as PublishedPlan
from kit.money import format_eur
from rules_svc.adapters.case_file import CaseFile, decide_case
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_files import plan_files, read_plan_file
from rules_svc.adapters.text_catalogue import load_texts
from rules_svc.domain.decision import Decision
from rules_svc.domain.evaluate import without_plan
from rules_svc.domain.plan import Plan
from rules_svc.use_cases.adjudicate import texts_of

_WORDS = {"pay": "payable", "deny": "rejected", "pend": "suspended", "refer": "suspended"}


@cache
def _versions() -> tuple[Plan, ...]:
    return tuple(compile_plan(read_plan_file(path)) for path in reversed(plan_files("fnm")))


def _plan_on(day: date) -> Plan | None:
    return next((plan for plan in _versions() if plan.in_force(day)), None)


def fnm_claim(case: Case, _plans: Sequence[PublishedPlan]) -> Answer:
    """Decide a claim and say it in the words of the cases."""
    file = CaseFile.model_validate(case)
    plan = _plan_on(file.request.expense_date)
    decision = decide_case(plan, file) if plan else without_plan(file.request.to_domain())
    got: dict[str, Any] = {
        "decision": _WORDS[decision.outcome],
        "benefit_cents": decision.payable_cents,
        "total_cents": decision.payable_cents,
        "reasons": list(decision.articles),
    }
    return Answer(got | _instalments(decision), _explanation(decision))


def _instalments(decision: Decision) -> dict[str, Any]:
    step = next((step for step in decision.steps if step.code == "instalment"), None)
    if step is None:
        return {}
    count = int(step.params["of"])
    return {"total_cents": decision.payable_cents * count, "instalments_cents": [decision.payable_cents] * count}


def _explanation(decision: Decision) -> list[str]:
    steps, reasons, missing = texts_of(decision, load_texts())
    lines = [f"{format_eur(one.before_cents)} → {format_eur(one.after_cents)}  {one.text_en}" for one in steps]
    return lines + [one.text_en for one in reasons] + [one.text_en for one in missing]
