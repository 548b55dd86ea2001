"""What a refusal says to do: every code has its words, and a limit the day on which it is free again."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories_rules import facts, visit
from strategies_rules import CASES, PLAN

from rules_svc.adapters.case_file import CaseFile, decide_case
from rules_svc.adapters.text_catalogue import load_texts
from rules_svc.domain.decision import Balance, Use
from rules_svc.domain.evaluate import EMPTYING, evaluate
from rules_svc.domain.request import Item, Request
from rules_svc.use_cases.adjudicate import texts_of

DOMAIN = Path(__file__).parents[2] / "src" / "rules_svc" / "domain"
DENIED = re.compile(r'findings\.deny\(\s*"(\w+)"|denials\.append\(Reason\("(\w+)"')


def remedies(
    request: Request, limits: Any = (), relation: str = "member", birth: date = date(1975, 6, 15)
) -> list[str]:
    decision = evaluate(PLAN, request, facts(relation, birth), dict(limits))
    assert decision.outcome == "deny"
    return [one.remedy_it for one in texts_of(decision, load_texts())[1]]


def test_every_refusal_has_a_remedy() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in DOMAIN.glob("*.py"))
    codes = {one or other for one, other in DENIED.findall(source)}
    codes |= {"nothing_left"} | {f"nothing_left_{step}" for step in EMPTYING}
    assert len(codes) > 20
    assert codes <= set(load_texts().remedies)


def test_the_refused_golden_cases_say_what_would_make_them_payable() -> None:
    told = 0
    for case in CASES:
        decision = decide_case(PLAN, CaseFile.model_validate(case))
        if decision.outcome == "deny":
            reasons = texts_of(decision, load_texts())[1]
            assert all(one.remedy_it and one.remedy_en for one in reasons if one.code != "see_also"), case["id"]
            told += 1
    assert told > 50


def test_days_late_are_counted() -> None:
    assert remedies(visit(received_on=date(2024, 7, 12))) == [
        "Presentata 3 giorni oltre il termine: entro il 09/07/2024 sarebbe stata ammessa."
    ]


def test_ages_and_relations_that_have_the_right_are_named() -> None:
    (old,) = remedies(visit(), relation="child", birth=date(1990, 1, 1))
    assert old.startswith("Il diritto vale nelle età: 0-")
    (parent,) = remedies(visit(article="7.2", documents=frozenset({"self_declaration"})), relation="parent")
    assert parent == "L'art. 7.2 vale per: figlio."


GLASSES = visit(article="3.8", service="occhiale completo", documents=frozenset({"invoice", "prescription"}))
SPLINTING = visit(
    article="5.1", items=(Item(10_000, 1, None, "1107"),), documents=frozenset({"invoice", "dental_form"})
)


@pytest.mark.parametrize(
    ("request_", "limits", "free_on"),
    [
        # What was used in 2023 no longer counts in 2025, what was used in 2024 still does.
        (GLASSES, {("glasses", "2023-2024"): Balance(40_000, 0)}, "01/01/2025"),
        (GLASSES, {("glasses", key): Balance(20_000, 20_000) for key in ("2023-2024", "2024-2025")}, "01/01/2026"),
        (SPLINTING, {("splintings", "rolling"): Balance(1, 0, (Use(date(2023, 5, 20), 1),))}, "20/05/2025"),
    ],
)
def test_a_limit_says_when_it_is_free_again(request_: Request, limits: Any, free_on: str) -> None:
    (told,) = remedies(request_, limits)
    assert told.endswith(f"dal {free_on}.")


def test_a_limit_for_life_is_never_free_again() -> None:
    request = visit(article="3.3", service="LASIK", documents=frozenset({"invoice", "prescription"}))
    spent = {("eye_surgery", "lifetime"): Balance(10_000_000, 0)}
    decision = evaluate(PLAN, request, facts(), spent)
    reasons = texts_of(decision, load_texts())[1]
    assert [one.remedy_en for one in reasons] == ["The limit holds once and for all: it is not free again."], decision
