"""A document in another currency: in euro before anything compares, deducts or pays; no cent gained or lost."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from factories_rules import facts, visit
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies_rules import PLAN, balances, persons, requests, used

from kit.money import format_amount, minor_digits
from rules_svc.adapters.text_catalogue import load_texts
from rules_svc.domain.case import Case
from rules_svc.domain.currency import euro_cents
from rules_svc.domain.evaluate import evaluate
from rules_svc.domain.request import Facts, Item, Request

rates = st.decimals("0.3", "20000", places=4).map(str)
amounts = st.lists(st.integers(0, 300_000), min_size=1, max_size=6)


def abroad(amount: int, rate: str = "0.9194", currency: str = "CHF", **changes: Any) -> Request:
    extra = {"units_per_eur": rate, "minor_digits": minor_digits(currency)} | changes.pop("extra", {})
    return visit(amount, currency=currency, extra=extra, **changes)


@settings(max_examples=300, deadline=None)
@given(parts=amounts, outside=st.integers(0, 500), rate=rates, currency=st.sampled_from(["CHF", "JPY", "KWD"]))
@example(parts=[3333, 3333, 3334], outside=0, rate="0.9194", currency="CHF")
def test_lines_in_euro_add_up_to_the_converted_sum(parts: list[int], outside: int, rate: str, currency: str) -> None:
    lines = tuple(Item(amount) for amount in parts)
    asked = abroad(sum(parts) + outside, rate, currency, items=lines)
    euro = Case(PLAN, asked, facts()).request
    exact = Fraction(100, 10 ** minor_digits(currency)) / Fraction(rate)
    assert sum(item.amount_cents for item in euro.items) == euro_cents(asked, sum(parts))
    assert euro.amount_cents == euro_cents(asked, asked.amount_cents)
    for item, amount in zip(euro.items, parts, strict=True):
        assert abs(item.amount_cents - amount * exact) < 1


@settings(max_examples=200, deadline=None)
@given(request=requests(), person=persons(), taken=balances)
def test_at_one_to_one_all_comes_out_as_in_euro(request: Request, person: Facts, taken: int) -> None:
    limits = used(request, person, taken)
    at_par = replace(request, currency="CHF", extra={**request.extra, "units_per_eur": "1"})
    own, other = evaluate(PLAN, request, person, limits), evaluate(PLAN, at_par, person, limits)
    assert (own.outcome, own.payable_cents, own.postings) == (other.outcome, other.payable_cents, other.postings)
    assert own.steps[1:] == other.steps[2:]
    assert (other.steps[1].code, other.steps[1].after_cents) == ("currency", request.amount_cents)


@settings(max_examples=300, deadline=None)
@given(amount=st.integers(1, 100_000), refund=st.integers(0, 100_000), stamp=st.integers(0, 300), rate=rates)
@example(amount=150, refund=150, stamp=0, rate="0.7")
@example(amount=151, refund=75, stamp=76, rate="0.7")
def test_where_nothing_is_left_of_the_document_no_cent_is_paid(amount: int, refund: int, stamp: int, rate: str) -> None:
    asked = abroad(amount, rate, other_fund_refund_cents=refund, stamp_duty_cents=stamp)
    left = max(0, amount - refund - stamp)
    decision = evaluate(PLAN, asked, facts(), {})
    assert decision.requested_cents == amount
    shown = [step.before_cents for step in decision.steps if step.code == "rate"]
    assert [cents for cents in shown if cents] == [cents for cents in [euro_cents(asked, left)] if cents]
    if not left:
        assert decision.payable_cents == 0


def stationery(amount: int, rate: str) -> Request:
    return abroad(
        amount, rate, article="7.9", service="cancelleria", extra={"school_level": "primaria", "years_used": 0}
    )


@pytest.mark.parametrize(("amount", "refused"), [(4_596, True), (4_597, False), (4_999, False)])
def test_the_smallest_receipt_is_measured_in_euro(amount: int, refused: bool) -> None:
    # 45.97 francs at 0.9194 are 50.00 euro, 45.96 are 49.99 (7.9, reading A83).
    decision = evaluate(PLAN, stationery(amount, "0.9194"), facts("child", facts().member.enrolled_on), {})
    codes = [reason.params.get("rule_code") for reason in decision.reasons]
    assert ("small_receipt" in codes) is refused


def test_without_a_rate_no_condition_reads_the_foreign_amount() -> None:
    unknown = replace(stationery(4_000, "1"), currency="RUB", extra={"school_level": "primaria"})
    decision = evaluate(PLAN, unknown, facts("child", facts().member.enrolled_on), {})
    assert "small_receipt" not in [reason.params.get("rule_code") for reason in decision.reasons]
    assert decision.payable_cents == 0
    assert "currency" not in [step.code for step in decision.steps]


def test_what_an_insurance_bears_is_in_the_currency_of_the_document() -> None:
    request = abroad(
        20_000,
        "2",
        article="4.3",
        service="massoterapia",
        provider_kind="physiotherapist",
        extra={"insurance_covered_cents": 5_000, "operator_title_on_invoice": "true"},
    )
    decision = evaluate(PLAN, request, facts(), {})
    (borne,) = [step for step in decision.steps if step.code == "borne_by_others"]
    assert (borne.before_cents, borne.after_cents) == (10_000, 7_500)


def test_yen_have_no_hundredths_and_dinars_have_thousandths() -> None:
    yen, dinar = abroad(15_000, "150", "JPY"), abroad(33_000, "0.33", "KWD")
    for request, shown in ((yen, "JPY 15.000"), (dinar, "KWD 33,000")):
        decision = evaluate(PLAN, request, facts(), {})
        assert decision.steps[1].after_cents == 10_000
        assert shown in load_texts().of_step(decision.steps[0]).it
    assert (format_amount(-123_456, 0), format_amount(5, 3)) == ("-123.456", "0,005")
