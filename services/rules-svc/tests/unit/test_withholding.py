"""Gross of withholding is what employed members receive for their own studies, and nothing else (reading A32)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories_rules import facts, visit

from rules_svc.domain.evaluate import evaluate
from rules_svc.domain.plan import Plan
from rules_svc.domain.withholding import gross_of_withholding

DEGREE = {"award": "degree_1", "scale": "110", "score": 110, "first_degree_of_level": "true"}


@pytest.mark.parametrize(
    ("article", "relation", "category", "gross"),
    [
        ("7.12", "member", "employee", True),
        ("7.12", "child", "employee", False),
        ("7.10", "member", "employee", True),
        ("7.10", "member", "pensioner", False),
        ("7.10", "child", "employee", False),
        ("7.9", "member", "employee", False),
        ("3.6", "member", "employee", False),
    ],
)
def test_own_studies_of_employees(plan: Plan, article: str, relation: str, category: Any, gross: bool) -> None:
    person = facts(relation, birth_date=date(2002, 1, 1) if relation == "child" else date(1975, 6, 15))
    person = replace(person, member=replace(person.member, category=category))
    request = visit(0, article=article, documents=frozenset({"degree_certificate"}), extra=DEGREE)
    decision = evaluate(plan, request, person, {})
    assert gross_of_withholding(plan, decision, request, person) is gross
