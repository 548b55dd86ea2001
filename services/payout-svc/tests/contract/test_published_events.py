"""What payout-svc publishes has an example, and the subject that the contract names."""

import pytest
from pydantic import TypeAdapter

from payout_svc.adapters.published_events import PUBLISHED
from payout_svc.domain import events

SUBJECTS = {
    events.PayoutSent: "payout_id",
    events.PayoutReturned: "payout_id",
    events.PayoutHeld: "member_id",
    events.InstalmentDue: "instalment_id",
}


@pytest.mark.parametrize("event_type", SUBJECTS)
def test_example_and_subject(event_type) -> None:
    example = PUBLISHED[event_type]
    written = TypeAdapter(event_type).dump_python(example, mode="json")
    assert example.subject == written[SUBJECTS[event_type]]
    assert event_type.TYPE.startswith("payouts.")


def test_every_event_has_an_example() -> None:
    assert set(PUBLISHED) == set(SUBJECTS)
