"""This service's models on the examples of the producers."""

from pathlib import Path

import pytest

from rules_svc.entrypoints.consumers import CONSUMED

EVENTS = Path(__file__).parents[4] / "libs" / "contracts" / "events"


@pytest.mark.parametrize("event_type", sorted(CONSUMED))
def test_the_producers_example_is_read(event_type: str) -> None:
    producer, _, name = event_type.partition(".")
    example = (EVENTS / producer / f"{name}.example.json").read_text(encoding="utf-8")
    CONSUMED[event_type].model.model_validate_json(example)
