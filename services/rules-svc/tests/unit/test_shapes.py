"""What a plan remembers of a shape of requests decides each of them as if it were the first."""

from dataclasses import replace
from datetime import timedelta

from factories_rules import facts, visit
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_rules import PLAN, balances, persons, requests, used

from rules_svc.domain import shape
from rules_svc.domain.case import FACTS, Case
from rules_svc.domain.evaluate import evaluate
from rules_svc.domain.plan import Condition
from rules_svc.domain.request import Facts, Request


@settings(max_examples=400, deadline=None)
@given(request=requests(), person=persons(), taken=balances)
def test_a_plan_that_remembers_decides_as_one_that_does_not(request: Request, person: Facts, taken: int) -> None:
    limits = used(request, person, taken)
    decision = evaluate(PLAN, request, person, limits)
    assert evaluate(replace(PLAN, shapes={}), request, person, limits) == decision
    # The first of its shape, though another amount and another day came before.
    warmed = replace(PLAN, shapes={})
    day = request.expense_date - timedelta(days=400)
    evaluate(warmed, replace(request, amount_cents=1, expense_date=day, quantity=9), person, limits)
    assert evaluate(warmed, request, person, limits) == decision


@settings(max_examples=200, deadline=None)
@given(request=requests(), person=persons(), days=st.integers(-400, 400), amount=st.integers(1, 10**6))
def test_a_shape_settles_every_fact_that_it_does_not_call_varying(
    request: Request, person: Facts, days: int, amount: int
) -> None:
    other = replace(
        request,
        amount_cents=amount,
        quantity=request.quantity + 1,
        expense_date=request.expense_date + timedelta(days=days),
        received_on=request.received_on + timedelta(days=2 * days),
    )
    somebody = Facts(
        replace(person.member, enrolled_on=other.expense_date, hired_on=None, left_on=other.received_on),
        replace(person.beneficiary, birth_date=person.beneficiary.birth_date - timedelta(days=abs(days))),
    )
    one, two = Case(PLAN, request, person), Case(PLAN, other, somebody)
    assert one.shape is two.shape
    differing = {name for name, read in FACTS.items() if read(one) != read(two)}
    assert differing <= one.shape.varying


def test_the_values_of_extra_facts_are_read_each_time() -> None:
    prescribed = {"article": "3.8", "service": "occhiale completo", "documents": frozenset({"invoice", "prescription"})}
    by = [visit(extra={"prescriber": who}, **prescribed) for who in ("oculist", "optician", "oculist")]
    assert [evaluate(PLAN, one, facts(), {}).outcome for one in by] == ["pay", "deny", "pay"]
    assert len({id(Case(PLAN, one, facts()).shape) for one in by}) == 1


def test_a_condition_is_ruled_out_where_no_case_of_the_shape_can_meet_it() -> None:
    case = Case(PLAN, visit(), facts())
    never, always = (Condition(lambda _case, holds=holds: holds, frozenset({"mode"})) for holds in (False, True))
    open_ = Condition(lambda _case: False, frozenset({"amount_cents"}))

    def reading(**parts: tuple[Condition, ...]) -> Condition:
        return Condition(lambda _case: False, frozenset({"mode", "amount_cents"}), **parts)

    assert [one.ruled_out(case) for one in (never, always, open_)] == [True, False, False]
    assert reading(all_of=(open_, never)).ruled_out(case)
    assert not reading(all_of=(open_, always)).ruled_out(case)
    assert reading(any_of=(never, never)).ruled_out(case)
    assert not reading(any_of=(open_, never)).ruled_out(case)
    assert not reading().ruled_out(case)


def test_what_is_remembered_has_a_bound() -> None:
    plan = replace(PLAN, shapes={})
    for number in range(shape.REMEMBERED + 10):
        Case(plan, visit(channel=str(number)), facts())
    assert len(plan.shapes) == 10
