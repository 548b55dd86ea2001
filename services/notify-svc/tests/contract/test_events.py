"""What producers promise is what this service reads; what a template reads is what its consumer keeps."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from notify_svc.adapters.fund_terms_file import read_fund_terms
from notify_svc.adapters.mail_templates import TEMPLATES, MailTemplates
from notify_svc.adapters.published_events import PUBLISHED
from notify_svc.entrypoints import consumed_events as consumed
from notify_svc.entrypoints.consumers import consumers

CONTRACTS = Path(__file__).parents[4] / "libs" / "contracts" / "events"
SOURCE = MailTemplates(public_url="https://portal.example")
CONSUMED = consumers(SOURCE, read_fund_terms(TEMPLATES))
MODELS = {
    "claim_suspended": consumed.ClaimSuspended,
    "claim_settled": consumed.ClaimSettled,
    "claim_rejected": consumed.ClaimRejected,
    "claim_corrected": consumed.ClaimCorrected,
    "review_answered": consumed.ReviewAnswered,
    "check_up_ordered": consumed.CheckUpOrdered,
    "filing_consent_changed": consumed.FilingConsentChanged,
    "instalment_lapsed": consumed.InstalmentDecided,
    "booking_authorised": consumed.BookingAuthorised,
    "booking_refused_late": consumed.BookingRefused,
    "booking_refused_denied": consumed.BookingRefused,
    "quota_letter": consumed.QuotaLetterReady,
    "payout_sent": consumed.PayoutSent,
    "payout_returned": consumed.PayoutReturned,
    "payout_held": consumed.PayoutHeld,
    "appointment_reminder": consumed.BookingAuthorised,
    "suspension_reminder": consumed.ClaimSuspended,
    "iban_reminder": consumed.PayoutHeld,
}


def example(kind: str) -> dict[str, Any]:
    producer, name, version = kind.split(".")
    path = CONTRACTS / producer / f"{name}.{version}.example.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data.get("data", data)


@pytest.mark.parametrize("kind", sorted(CONSUMED))
def test_the_producers_example_can_be_read(kind: str) -> None:
    CONSUMED[kind].model.model_validate(example(kind))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind, consumer in CONSUMED.items()
        for name, model in MODELS.items()
        # A refused booking has one of two templates: its example fits only one.
        if consumer.model is model and model is not consumed.BookingRefused
    ],
)
def test_a_message_can_be_written_from_the_producers_example(kind: str, name: str) -> None:
    data = CONSUMED[kind].model.model_validate(example(kind)).model_dump(mode="json", exclude={"member_id"})
    for language in ("it", "en"):
        SOURCE.render(fund="fnm", name=name, language=language, first_name="Giulia", data=data)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_sample_is_what_the_consumer_keeps(name: str) -> None:
    sample = SOURCE.sample(name)
    model = MODELS[name]
    kept = model.model_validate({**sample, "member_id": "01890a5d-ac96-774b-bcce-b302099a8001"})
    assert kept.model_dump(mode="json", exclude={"member_id"}) == sample


def test_every_template_has_its_model() -> None:
    assert set(MODELS) == set(SOURCE.names("fnm"))


@pytest.mark.parametrize("event_class", sorted(PUBLISHED, key=lambda one: one.TYPE))
def test_published_examples_survive_the_wire(event_class: Any) -> None:
    adapter = TypeAdapter(event_class)
    event = PUBLISHED[event_class]
    assert adapter.validate_json(adapter.dump_json(event)) == event
    assert event_class.TYPE.startswith("notify.")
    assert event.subject == str(event.message_id)
