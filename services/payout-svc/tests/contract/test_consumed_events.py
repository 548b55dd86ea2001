"""The events that payout-svc reads, on the producers' own examples."""

import json
from pathlib import Path

import pytest

from payout_svc.entrypoints.consumers import CONSUMERS

EVENTS = Path(__file__).parents[4] / "libs" / "contracts" / "events"


@pytest.mark.parametrize("name", CONSUMERS)
def test_reads_the_producers_example(name: str) -> None:
    producer, _, event = name.partition(".")
    example = json.loads((EVENTS / producer / f"{event}.example.json").read_text(encoding="utf-8"))
    CONSUMERS[name].model.model_validate(example)
