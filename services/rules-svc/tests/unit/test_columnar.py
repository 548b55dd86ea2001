"""The columns decide every claim of a population as the engine does."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from rules_svc.adapters.claim_table import table_of
from rules_svc.adapters.columnar import OUTCOMES, decide_all
from rules_svc.adapters.columnar_comparison import compare_columns
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_draft import titles_of
from rules_svc.adapters.plan_reader import PlanSource, read_plan
from rules_svc.adapters.population import read_population, synthetic_claims
from rules_svc.adapters.simulation_report import report_of
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Member
from rules_svc.domain.simulation import Books, Comparison, SimulatedClaim

CLAIMS = 6_000


def population(seed: int) -> Iterator[SimulatedClaim]:
    """Give synthetic claims, some with what the columns must leave to the engine, and persons at the boundaries."""
    chance = random.Random(seed)  # noqa: S311 (the same population in every run)
    made = synthetic_claims(read_population("fnm"), claims=CLAIMS, seed=seed, first_day=date(2024, 1, 1))
    for claim in made:
        request, facts, turn = claim.request, claim.facts, chance.randrange(100)
        if turn < 3:
            request = replace(request, other_fund_refund_cents=chance.randrange(5_000))
        elif turn < 5:
            request = replace(request, documents=frozenset())
        elif turn < 7:
            request = replace(request, amount_cents=1 + chance.randrange(3), items=())
        elif turn < 9:
            request = replace(request, received_on=request.expense_date + timedelta(days=119 + chance.randrange(3)))
        elif turn < 11:
            left = request.expense_date + timedelta(days=chance.randrange(-1, 40))
            facts = replace(facts, member=Member("employee", date(2024, 6, 1), date(1980, 2, 29), left_on=left))
        elif turn < 13:
            day = request.expense_date + timedelta(days=chance.randrange(-1, 2))
            near = date(day.year - chance.choice((20, 21, 28)), day.month, min(day.day, 28))
            born = chance.choice((near, date(1996, 2, 29), date(2004, 2, 29)))
            facts = replace(facts, beneficiary=replace(facts.beneficiary, relation="child", birth_date=born))
        yield claim._replace(request=request, facts=facts)


def test_every_row_equals_the_engines(plan: Plan, source: PlanSource) -> None:
    for seed in (1, 2):
        claims = list(population(seed))
        table = table_of(claims)
        decided = decide_all(plan, source.file, table)
        books = Books(lambda _day: plan)
        expected = [books.decide(claim) for claim in claims]
        got = [(OUTCOMES[o], p) for o, p in zip(decided.outcome.tolist(), decided.payable.tolist(), strict=True)]
        wrong = [i for i, one in enumerate(expected) if (one.outcome, one.payable_cents) != got[i]]
        assert not wrong, (claims[wrong[0]], expected[wrong[0]], got[wrong[0]])
        assert 0 < decided.by_engine < CLAIMS / 2
        assert len({one.outcome for one in expected}) >= 3


def test_a_comparison_by_columns_is_the_same_report(source: PlanSource) -> None:
    text = (
        (source.text or "")
        .replace("glasses: 400.00", "glasses: 350.00")
        .replace("reimbursement_rate: 65%", "reimbursement_rate: 60%")
    )
    draft = read_plan(text)
    claims = list(population(3))
    plans = compile_plan(source), compile_plan(draft)
    one_by_one = Comparison(Books(lambda _day: plans[0]), Books(lambda _day: plans[1]))
    for claim in claims:
        one_by_one.add(claim)
    titles = titles_of(source)
    expected = report_of(one_by_one, titles)
    assert report_of(compare_columns(source, draft, table_of(claims)), titles) == expected
    assert expected["totals"]["changed"] > 0
    assert {row["after"] for row in expected["outcomes"] if row["before"] != row["after"]} <= {"deny", "pay"}
