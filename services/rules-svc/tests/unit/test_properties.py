"""What holds for every request: nothing above the expense, nothing above a ceiling."""

from datetime import date

from factories_rules import facts, visit
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_rules import PLAN, balances, days, persons, requests, used

from rules_svc.domain.decision import Balance, Use
from rules_svc.domain.evaluate import evaluate, limit_keys
from rules_svc.domain.limits import Residuals, peak_use
from rules_svc.domain.request import Facts, Item, Request


@settings(max_examples=400, deadline=None)
@given(request=requests(), person=persons(), taken=balances)
def test_nothing_above_the_expense_or_a_ceiling(request: Request, person: Facts, taken: int) -> None:
    limits = used(request, person, taken)
    decision = evaluate(PLAN, request, person, limits)
    assert 0 <= decision.payable_cents <= max(0, request.amount_cents - request.other_fund_refund_cents)
    assert (decision.payable_cents > 0) == (decision.outcome == "pay")
    highest = {(key.limit_id, key.window_key): key.ceiling for key in limit_keys(PLAN, request, person)}
    for posting in decision.postings:
        pair = (posting.limit_id, posting.window_key)
        assert posting.amount > 0
        assert limits[pair].consumed + posting.amount <= highest[pair]
    if decision.outcome != "pay":
        assert decision.postings == ()
        assert decision.reasons or decision.missing


@settings(max_examples=200, deadline=None)
@given(
    code=st.sampled_from(["1101", "1201", "1503"]),
    amount=st.integers(1, 40_000),
    quantity=st.integers(1, 6),
    mode=st.sampled_from(["direct", "indirect"]),
)
def test_a_line_of_equal_units_is_the_sum_of_its_units(code: str, amount: int, quantity: int, mode: str) -> None:
    usual = {
        "article": "5.1",
        "mode": mode,
        "documents": frozenset({"invoice", "dental_form"}),
        "provider_kind": "dentist",
    }
    line = visit(amount * quantity, items=(Item(amount * quantity, quantity, None, code),), **usual)
    units = visit(amount * quantity, items=tuple(Item(amount, 1, None, code) for _ in range(quantity)), **usual)
    assert evaluate(PLAN, line, facts(), {}).payable_cents == evaluate(PLAN, units, facts(), {}).payable_cents


@settings(max_examples=200, deadline=None)
@given(days=st.lists(days, min_size=1, max_size=8))
def test_splintings_accepted_one_by_one_keep_24_months_apart(days: list[date]) -> None:
    limit = PLAN.limits["splintings"]
    ceiling = PLAN.ceilings["splintings"]["indirect"]
    uses: tuple[Use, ...] = ()
    for day in days:
        residuals = Residuals({("splintings", "rolling"): Balance(0, 0, uses)}, day, {})
        if residuals.left(ceiling, residuals.windows(ceiling, "indirect")):
            uses = (*uses, Use(day, 1))
    assert all(peak_use(uses, limit.rolling_months, use.on) <= 1 for use in uses)


@settings(max_examples=200, deadline=None)
@given(spends=st.lists(st.tuples(st.integers(2023, 2030), st.integers(1, 60_000)), max_size=12))
def test_no_two_consecutive_years_pass_the_glasses_limit(spends: list[tuple[int, int]]) -> None:
    ceiling = PLAN.ceilings["glasses"]["indirect"]
    taken: dict[tuple[str, str], Balance] = {}
    by_year: dict[int, int] = {}
    for year, wanted in spends:
        residuals = Residuals(taken, date(year, 6, 1), {})
        windows = residuals.windows(ceiling, "indirect")
        amount = min(wanted, residuals.left(ceiling, windows))
        residuals.take(windows, amount)
        for posting in residuals.postings():
            pair = (posting.limit_id, posting.window_key)
            taken[pair] = Balance(taken.get(pair, Balance(0, 0)).consumed + posting.amount, 0)
        by_year[year] = by_year.get(year, 0) + amount
    assert all(by_year.get(y, 0) + by_year.get(y + 1, 0) <= 40_000 for y in range(2022, 2031))
