"""The events of others as this service reads them, on the producers' own examples."""

import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import TypeAdapter

from booking_api.adapters.published_events import PUBLISHED
from booking_api.entrypoints.consumers import CONSUMED

EVENTS = Path(__file__).parents[4] / "libs" / "contracts" / "events"


def example(kind: str) -> object:
    producer, name = kind.split(".", maxsplit=1)
    return json.loads((EVENTS / producer / f"{name}.example.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", sorted(CONSUMED))
def test_the_producers_example_is_understood(kind: str):
    CONSUMED[kind].model_validate(example(kind))


@pytest.mark.parametrize("event_class", PUBLISHED, ids=lambda one: one.TYPE)
def test_every_published_event_has_an_example_of_its_schema(event_class: type):
    adapter = TypeAdapter(event_class)
    data = adapter.dump_python(PUBLISHED[event_class], mode="json")
    jsonschema.validate(data, adapter.json_schema(mode="serialization"))
    assert PUBLISHED[event_class].subject == data["booking_id"]
    assert event_class.TYPE.startswith("bookings.")
