"""What this service reads stands in the producers' examples; what it publishes is valid in itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from claims_api.adapters.published_events import PUBLISHED
from claims_api.domain.bank_account import read_iban
from claims_api.domain.fiscal_code import fiscal_code_fault
from claims_api.entrypoints.consumers import CONSUMED

EVENTS = Path(__file__).parents[4] / "libs" / "contracts" / "events"


@pytest.mark.parametrize("event_type", sorted(CONSUMED))
def test_consumed_example(event_type: str) -> None:
    producer, name = event_type.split(".", 1)
    example = json.loads((EVENTS / producer / f"{name}.example.json").read_text())
    read = CONSUMED[event_type].model.model_validate(example)
    # A field with a default may come later: until then nobody sends it.
    assert set(read.model_dump(exclude_unset=True)) <= set(example)


@pytest.mark.parametrize("event_class", PUBLISHED, ids=lambda one: one.TYPE)
def test_published_example(event_class: type[Any]) -> None:
    example = PUBLISHED[event_class]
    written = TypeAdapter(event_class).dump_json(example)
    assert TypeAdapter(event_class).validate_json(written) == example
    assert event_class.TYPE.startswith("claims.")
    assert example.subject in written.decode()


def test_people_of_the_examples_could_exist() -> None:
    for example in PUBLISHED.values():
        for person in getattr(example, "persons", ()):
            assert fiscal_code_fault(person.fiscal_code, person.birth_date) is None
        if hasattr(example, "iban"):
            assert read_iban(example.iban, pointer="") == example.iban
