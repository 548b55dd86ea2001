"""What a member reads."""

from datetime import date

from factories_rules import facts, visit

from rules_svc.adapters.text_catalogue import load_texts
from rules_svc.domain.dates import add_months, age_on
from rules_svc.domain.evaluate import evaluate, limit_keys
from rules_svc.domain.plan import Plan
from rules_svc.use_cases.adjudicate import texts_of


def test_the_visit_of_150_euro_for_the_spouse(plan: Plan) -> None:
    decision = evaluate(plan, visit(15_000), facts("spouse", date(1978, 2, 20)), {})
    steps, reasons, missing = texts_of(decision, load_texts())
    assert [step.text_it for step in steps] == [
        "Richiesta di 150,00 € in modalità indiretta, art. 3.6.",
        "65 % di 150,00 € = 97,50 € (art. 3.6, modalità indiretta).",
        "Massimo per prestazione 90,00 €: 90,00 € (art. 3.6).",
        "Quota del beneficiario 80 %: 72,00 € (art. 1.2).",
        "Sussidio: 72,00 € (art. 3.6).",
    ]
    assert steps[1].text_en == "65% of €150.00 = €97.50 (article 3.6, indirect mode)."
    assert (reasons, missing) == ([], [])


def test_a_broken_cent_is_shown_before_the_one_rounding(plan: Plan) -> None:
    decision = evaluate(plan, visit(5_010), facts("spouse", date(1978, 2, 20)), {})
    steps, _, _ = texts_of(decision, load_texts())
    assert "32,565 €" in steps[1].text_it
    assert "€26.052" in steps[2].text_en
    assert steps[-1].text_it == "Sussidio: 26,05 € (art. 3.6)."


def test_a_late_request_names_the_last_day(plan: Plan) -> None:
    decision = evaluate(plan, visit(received_on=date(2024, 7, 10)), facts(), {})
    _, reasons, _ = texts_of(decision, load_texts())
    assert [reason.text_it for reason in reasons] == [
        "Richiesta oltre 120 giorni dal fatto: ultimo giorno utile 09/07/2024 (art. 1.1)."
    ]
    assert "9 July 2024" in reasons[0].text_en


def test_all_missing_documents_are_named_at_once(plan: Plan) -> None:
    request = visit(article="3.8", service="occhiale completo", documents=frozenset(), provider_kind="optician")
    decision = evaluate(plan, request, facts(), {})
    assert decision.outcome == "pend"
    assert [one.document for one in decision.missing] == ["prescription", "invoice"]


def test_every_refusal_is_named_at_once(plan: Plan) -> None:
    request = visit(received_on=date(2024, 7, 10), service="visita di pronto soccorso")
    decision = evaluate(plan, request, facts("child", date(1990, 1, 1)), {})
    assert decision.outcome == "deny"
    assert [reason.article for reason in decision.reasons] == ["1.1", "3.6", "1.2"]


def test_a_quote_lists_documents_and_prices_all_the_same(plan: Plan) -> None:
    request = visit(article="3.8", service="occhiale completo", documents=frozenset(), hypothetical=True)
    decision = evaluate(plan, request, facts(), {})
    assert (decision.outcome, decision.payable_cents) == ("pay", 6_000)
    assert [one.document for one in decision.missing] == ["prescription", "invoice"]


def test_limits_are_locked_in_one_order(plan: Plan) -> None:
    request = visit(article="3.8", service="occhiali da vista")
    assert [(key.limit_id, key.window_key, key.ceiling) for key in limit_keys(plan, request, facts())] == [
        ("glasses", "2023-2024", 45_000),
        ("glasses", "2024-2025", 45_000),
    ]
    assert limit_keys(plan, visit(), facts()) == ()


def test_birthdays_and_months() -> None:
    leap = date(2004, 2, 29)
    assert [
        age_on(leap, day) for day in (date(2025, 2, 27), date(2025, 2, 28), date(2024, 2, 28), date(2024, 2, 29))
    ] == [
        20,
        21,
        19,
        20,
    ]
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 2, 29), -24) == date(2022, 2, 28)
    assert add_months(date(2024, 12, 15), 1) == date(2025, 1, 15)
