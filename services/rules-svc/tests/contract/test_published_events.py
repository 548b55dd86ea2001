"""What is published has its example, and the real plan gives the event that its consumers read."""

from kit.transaction import event_adapter
from rules_svc.adapters.plan_draft import FileDraft
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.adapters.published_events import PUBLISHED
from rules_svc.domain import events


def test_every_event_has_an_example() -> None:
    declared = {one for one in vars(events).values() if isinstance(one, type) and hasattr(one, "TYPE")}
    assert set(PUBLISHED) == declared
    for kind, example in PUBLISHED.items():
        assert event_adapter(kind).dump_python(example, mode="json")
        assert example.subject


def test_the_event_of_the_fnm_plan(source: PlanSource) -> None:
    event = FileDraft(source).event()
    articles = {article.article: article for article in event.articles}
    assert len(articles) == 39
    assert sum(len(article.codes) for article in event.articles) == 47
    assert {number[0] for number, article in articles.items() if article.branch == "non_health"} == {"7"}
    assert "child_order" in articles["7.2"].facts
    assert "implant_passport" in articles["5.2"].documents
    assert "orphan" in articles["7.9"].relations
    assert "orphan" not in articles["3.6"].relations
    assert event.notice_days["outpatient"] == 2
    assert {event.notice_days[name] for name in ("inpatient", "outpatient_surgery", "eye_surgery")} == {5}
    assert event.claim_lapse_days == 60
    assert event.filing_days == articles["3.6"].filing_days == 120
    assert articles["7.10"].filing_days is None
    assert (event.payment.threshold_cents, event.payment.strictly_greater) == (5000, True)
    assert event.payment.except_months == [12]
    assert articles["3.4"].modes == ["indirect", "direct"]
    assert articles["3.9"].modes == ["indirect"]
    assert len(articles["5.1"].codes) == 25
