"""A request prepared for a plan: the person's age, and the shape that it shares with others."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from rules_svc.domain.currency import EURO, in_euro
from rules_svc.domain.dates import age_on
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Facts, Request
from rules_svc.domain.shape import shape_of


class Case:
    """One request as the plan's conditions see it.

    Shapes: `asked` is the request as its document says, `request` the same in euro cents; `amount_cents` is None where
    the document is in another currency and no official rate is known.
    """

    __slots__ = ("age", "amount_cents", "asked", "facts", "plan", "request", "shape")

    def __init__(self, plan: Plan, request: Request, facts: Facts) -> None:
        self.plan = plan
        self.asked = request
        self.amount_cents: int | None = request.amount_cents
        if request.currency != EURO:
            converted = in_euro(request, plan.document_sums)
            self.amount_cents = None if converted is None else converted.amount_cents
            request = converted or request
        self.request = request
        self.facts = facts
        self.age = age_on(facts.beneficiary.birth_date, request.expense_date)
        self.shape = shape_of(plan, request, facts)


Fact = Callable[[Case], Any]

FACTS: Mapping[str, Fact] = {
    "mode": lambda case: case.request.mode,
    "channel": lambda case: case.request.channel,
    "currency": lambda case: case.request.currency,
    "quantity": lambda case: case.request.quantity,
    "provider": lambda case: case.request.provider_kind,
    "service_text": lambda case: case.request.service,
    "specialty_text": lambda case: case.request.provider_specialty,
    "service": lambda case: case.shape.service,
    "specialty": lambda case: case.shape.specialty,
    "documents": lambda case: case.request.documents,
    "codes": lambda case: case.shape.codes,
    "ssn_ticket": lambda case: case.request.ssn_ticket,
    "relation": lambda case: case.facts.beneficiary.relation,
    "disabled_104": lambda case: case.facts.beneficiary.disabled_104,
    "category": lambda case: case.facts.member.category,
    "age": lambda case: case.age,
    "age_in_year": lambda case: case.request.expense_date.year - case.facts.beneficiary.birth_date.year,
    "amount_cents": lambda case: case.amount_cents,
    "expense_date": lambda case: case.request.expense_date,
    "received_on": lambda case: case.request.received_on,
    "enrolled_on": lambda case: case.facts.member.enrolled_on,
    "hired_on": lambda case: case.facts.member.hired_on,
    "left_on": lambda case: case.facts.member.left_on,
    "birth_date": lambda case: case.facts.beneficiary.birth_date,
}


def fact(path: str) -> Fact:
    """Return the reader of a fact that conditions may name.

    Raises: KeyError when the vocabulary has no such fact.
    """
    if path.startswith("extra."):
        name = path.removeprefix("extra.")
        return lambda case: case.request.extra.get(name)
    return FACTS[path]


def day_fact(path: str) -> Callable[[Case], date | None]:
    """Return the reader of a fact that is a day; an extra fact may give it as an ISO text.

    Raises: ValueError on reading an extra fact that is no day.
    """
    read = fact(path)

    def day(case: Case) -> date | None:
        value = read(case)
        return date.fromisoformat(value) if isinstance(value, str) and value else value or None

    return day


def is_fact(path: str) -> bool:
    """Say whether conditions may name the fact."""
    return path.startswith("extra.") or path in FACTS
