"""Requests, persons and balances at random, and the golden cases."""

from datetime import date, timedelta
from pathlib import Path

from factories_rules import facts, visit
from hypothesis import strategies as st

from kit.cases import read_cases
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_files import plan_files, read_plan_file
from rules_svc.domain.decision import Balance, Use
from rules_svc.domain.evaluate import limit_keys
from rules_svc.domain.request import Facts, Item, Request

CASES = read_cases(Path(__file__).parents[3] / "tests" / "cases" / "fnm.json", "FNM claim")
PLAN = compile_plan(read_plan_file(plan_files("fnm")[-1]))
CODES = sorted(PLAN.benefits["5.1"].rows)

relations = st.sampled_from(["member", "spouse", "child", "parent", "other_dependant"])
days = st.dates(date(2023, 7, 1), date(2027, 12, 31))
births = st.dates(date(1930, 1, 1), date(2023, 6, 30))
balances = st.integers(0, 45_000)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    article = draw(st.sampled_from(["3.4", "3.5", "3.6", "3.8", "5.1"]))
    day = draw(days)
    items = ()
    if article == "5.1":
        item = st.builds(
            Item,
            amount_cents=st.integers(1, 200_000),
            quantity=st.integers(1, 5),
            code=st.sampled_from([*CODES, "9999"]),
        )
        items = tuple(draw(st.lists(item, min_size=1, max_size=4)))
    amount = sum(item.amount_cents for item in items) or draw(st.integers(1, 500_000))
    return visit(
        amount,
        article=article,
        mode=draw(st.sampled_from(["direct", "indirect"])),
        expense_date=day,
        received_on=day + timedelta(days=draw(st.integers(0, 125))),
        quantity=draw(st.integers(1, 3)),
        items=items,
        ssn_ticket=draw(st.booleans()),
        stamp_duty_cents=draw(st.sampled_from([0, 200])),
        other_fund_refund_cents=draw(st.integers(0, 20_000)),
        service=draw(
            st.sampled_from(["visita specialistica", "occhiale completo", "ecografia", "visita odontoiatrica"])
        ),
        documents=frozenset(
            draw(st.sets(st.sampled_from(["invoice", "prescription", "dental_form", "ticket_receipt"])))
        ),
    )


@st.composite
def persons(draw: st.DrawFn) -> Facts:
    return facts(draw(relations), draw(births), disabled_104=draw(st.booleans()))


def used(request: Request, person: Facts, taken: int) -> dict[tuple[str, str], Balance]:
    keys = limit_keys(PLAN, request, person)
    return {
        (key.limit_id, key.window_key): Balance(
            min(taken, key.ceiling), 0, (Use(request.expense_date, min(taken, key.ceiling)),)
        )
        for key in keys
    }
