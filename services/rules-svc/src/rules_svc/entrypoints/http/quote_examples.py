"""What members ask for most, as examples of the API reference."""

from typing import Any

from fastapi.openapi.models import Example

_PERSON = {"person_id": "01990000-0000-7000-8000-000000000001", "expense_date": "2026-11-02"}


def _example(summary: str, **value: Any) -> Example:
    return {"summary": summary, "value": {**_PERSON, **value}}


QUOTES: dict[str, Example] = {
    "visit": _example(
        "A cardiologist's visit, 120 euros",
        article="3.6",
        amount_cents=12_000,
        service="visita specialistica",
        provider_kind="specialist",
        specialty="cardiologia",
    ),
    "glasses": _example(
        "Glasses, 300 euros", article="3.8", amount_cents=30_000, service="occhiale completo", provider_kind="optician"
    ),
    "dental": _example(
        "A filling and dental hygiene, by the codes of the tariff",
        amount_cents=23_000,
        provider_kind="dentist",
        items=[{"code": "1201", "amount_cents": 14_000}, {"code": "1001", "amount_cents": 9_000}],
    ),
    "orthodontics": _example(
        "A year of orthodontics",
        amount_cents=120_000,
        service="trattamento ortodontico",
        provider_kind="dentist",
        items=[{"code": "5003", "amount_cents": 120_000}],
    ),
}
