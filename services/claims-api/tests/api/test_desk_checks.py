"""What missed its due date, what is drawn for a check, what resembles something else."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from factories_claims import Desk, Practices, claim_body, person_of, rows

from claims_api.bootstrap import Services
from claims_api.domain.case import Channel, Claim
from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.expense import AttachedDocument, Expense, Provider
from claims_api.domain.sampling import SampleRule, drawn_by
from claims_api.entrypoints.jobs import escalate_overdue
from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase

OPEN = [{"code": "discretionary", "article": "3.6", "text_it": "", "text_en": ""}]


async def next_item(desk: Desk) -> dict[str, Any] | None:
    answer = await desk.client.post("/v1/work-items/next", headers=desk.staff("operator"))
    found: dict[str, Any] | None = answer.json()["item"]
    return found


async def test_a_missed_due_date_comes_to_the_desk_by_itself(
    desk: Desk, services: Services, clock: FixedClock, database: ServiceDatabase
) -> None:
    await desk.publish_plan()
    member = await desk.register()
    own = person_of(member, "member")
    _, (referred,) = await desk.submitted(member, claim_body(own))
    await desk.decide(referred, "refer", review="operator", reasons=OPEN)
    _, (silent,) = await desk.submitted(member, claim_body(own, document_number="13"))
    # Monday 2 November and three working days: due on Thursday, missed on Friday.
    clock.set(clock.now() + timedelta(days=3))
    assert await escalate_overdue(services) == 0
    clock.set(clock.now() + timedelta(days=1))
    assert await escalate_overdue(services) == 2
    assert await escalate_overdue(services) == 0
    _, (newer,) = await desk.submitted(member, claim_body(own, document_number="14"))
    await desk.decide(newer, "refer", review="operator", reasons=OPEN)
    served = [await next_item(desk) for _ in range(3)]
    assert [one["kind"] for one in served if one] == ["review", "escalation", "review"]
    assert [bool(one["escalated_at"]) for one in served if one] == [True, True, False]
    await desk.decide(silent)
    await escalate_overdue(services)
    still = await rows(
        database.admin_dsn, "select 1 from claims.work_item where closed_at is null and kind = 'escalation'"
    )
    assert still == []


def claim(number: int, *kinds: DocumentKind, amount_cents: int = 15000) -> Claim:
    day = date(2026, 10, 5)
    provider = Provider("specialist", None, None)
    expense = Expense(
        uuid4(), "3.6", "indirect", "visita", "1", day, amount_cents, "EUR", 1, (), False, 0, 0, provider, {}
    )
    return Claim(UUID(int=number), expense, [AttachedDocument(uuid4(), kind) for kind in kinds])


def test_the_draw_is_the_same_for_everybody() -> None:
    tenth = SampleRule("tenth", 1000, frozenset(), frozenset(), -1, None)
    drawn = [n for n in range(5000) if drawn_by(claim(n), Channel.PORTAL, rules=[tenth], seed="2026")]
    again = [n for n in range(5000) if drawn_by(claim(n), Channel.PORTAL, rules=[tenth], seed="2026")]
    other = [n for n in range(5000) if drawn_by(claim(n), Channel.PORTAL, rules=[tenth], seed="2027")]
    assert drawn == again != other
    assert 400 <= len(drawn) <= 600


def test_rules_look_at_what_they_name() -> None:
    rule = SampleRule("r", 10_000, frozenset({"3.6"}), frozenset({"self_declaration"}), 14_999, Channel.PORTAL)
    good = claim(1, DocumentKind.SELF_DECLARATION)
    assert rule.concerns(good, Channel.PORTAL)
    assert not rule.concerns(good, Channel.PAPER)
    assert not rule.concerns(claim(1), Channel.PORTAL)
    assert not rule.concerns(claim(1, DocumentKind.SELF_DECLARATION, amount_cents=14_999), Channel.PORTAL)


async def test_duplicates_of_a_case_in_any_mode(desk: Desk) -> None:
    practices = Practices(desk)
    await practices.prepare()
    await practices.close()
    spouse = person_of(practices.member, "spouse")
    case_id, _ = await desk.submitted(practices.member, claim_body(spouse, document_number="12/A", amount_cents=12000))
    path = f"/v1/duplicates?case_id={case_id}"
    found = (await desk.client.get(path, headers=desk.staff("operator"))).json()["items"]
    assert [(one["kind"], sorted(one["same"])) for one in found] == [
        ("claim", ["date", "number", "provider"]),
        ("booking", ["amount", "date", "person"]),
    ]
    member = await desk.client.get(path, headers=desk.member(practices.member["member_id"]))
    assert member.status_code == 403
