"""The use cases on fakes: what is published, and what is not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from claims_fakes import FakeTx

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.domain.case import Case, Channel, Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.decision import Decision, MissingDocument, Outcome, Reason
from claims_api.domain.errors import (
    CaseNotFound,
    ClaimNotFound,
    ClaimNotSuspended,
    ForbiddenTransition,
    RevisionUnknown,
    SuspensionLapsed,
)
from claims_api.domain.events import ClaimRejected, ClaimSettled, ClaimSubmitted, ClaimSuspended
from claims_api.domain.expense import Expense, Provider
from claims_api.domain.member import Category, Contact, Language, Relation
from claims_api.domain.plan import PlanVersion
from claims_api.domain.registration import MemberRecord, PersonRecord
from claims_api.domain.submission import Consent
from claims_api.use_cases.apply_adjudication import apply_adjudication
from claims_api.use_cases.complete_claim import complete_claim
from claims_api.use_cases.lapse_claim import lapse_claim
from claims_api.use_cases.record_payout import record_payment, record_return
from claims_api.use_cases.register_member import AccountRecord, Registration, register_member
from claims_api.use_cases.submit_case import submit_case

# Without samples: the draw looks at the claim's id, which is another one in each run.
TERMS = replace(terms_of("fnm"), sampling=())
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ALL = dict.fromkeys(Consent, True)
ACCOUNT = AccountRecord("IT60X0542811101000000123456", "Mario Rossi", verified=True)


def person(relation: Relation, first: str, code: str, birth: date, valid_to: date | None = None) -> PersonRecord:
    return PersonRecord("", None, relation, first, "Rossi", code, birth, False, None, None, valid_to)


MARIO = person(Relation.MEMBER, "Mario", "RSSMRA75H15F205E", date(1975, 6, 15))
GIULIA = person(Relation.CHILD, "Giulia", "RSSGLI04A41F205L", date(2004, 1, 1))


def record(*persons: PersonRecord, email: str = "m@example.org", employer: str = "FNM") -> MemberRecord:
    return MemberRecord(
        member_id=None,
        category=Category.EMPLOYEE,
        employer=employer,
        enrolled_on=date(2010, 3, 1),
        hired_on=None,
        left_on=None,
        language=Language.ITALIAN,
        contact=Contact(email, None),
        persons=persons,
    )


async def register(tx: FakeTx, *persons: PersonRecord, **changes: str) -> Registration:
    return await register_member(tx, number="10001", record=record(*persons, **changes), account=ACCOUNT)


def types(tx: FakeTx) -> list[str]:
    return [event.TYPE.split(".")[1] for event in tx.published]


def expense(person_id: UUID, number: str = "1") -> Expense:
    return Expense(
        person_id=person_id,
        article="3.6",
        mode="indirect",
        service="visita",
        document_number=number,
        document_date=date(2026, 10, 5),
        amount_cents=15000,
        currency="EUR",
        quantity=1,
        items=(),
        ssn_ticket=False,
        stamp_duty_cents=0,
        other_fund_refund_cents=0,
        provider=Provider("specialist", "cardiologia", None),
        extra={},
    )


@pytest.fixture
def tx() -> FakeTx:
    return FakeTx(NOW)


async def sent_case(tx: FakeTx, claims: int = 1) -> Case:
    member = (await register(tx, MARIO)).member
    case = Case(uuid4(), "FNM-2026-000001", member.member_id, Channel.PORTAL, NOW)
    case.claims = [Claim(uuid4(), expense(member.own.person_id, str(number)), []) for number in range(claims)]
    tx.cases.by_id[case.case_id] = case
    await submit_case(tx, case_id=case.case_id, owner_member_id=member.member_id, consents=ALL, terms=TERMS)
    tx.published.clear()
    return case


def decision(claim: Claim, outcome: Outcome, revision: int = 1) -> Decision:
    missing = (MissingDocument("prescription", "3.8", "it", "en"),) if outcome is Outcome.PEND else ()
    reasons = (Reason("late", "1.1", "it", "en"),) if outcome is Outcome.DENY else ()
    return Decision(
        decision_id=uuid4(),
        claim_id=claim.claim_id,
        revision=revision,
        outcome=outcome,
        requested_cents=15000,
        payable_cents=9000 if outcome is Outcome.PAY else 0,
        plan_id="fnm",
        plan_version="1",
        plan_hash="h",
        missing=missing,
        reasons=reasons,
        steps=(),
        review=None,
    )


async def test_registering_twice_publishes_once(tx: FakeTx) -> None:
    first = await register(tx, MARIO, GIULIA)
    assert first.changed == ("member", "contact", "bank_account")
    assert types(tx) == ["member_changed", "contact_changed", "bank_account_changed"]
    second = await register(tx, MARIO, GIULIA)
    assert (second.member, second.changed, len(tx.published)) == (first.member, (), 3)


async def test_only_what_changed_is_published(tx: FakeTx) -> None:
    await register(tx, MARIO)
    tx.published.clear()
    assert (await register(tx, MARIO, email="new@example.org")).changed == ("contact",)
    assert (await register(tx, MARIO, email="new@example.org", employer="Trenord")).changed == ("member",)
    assert [(event.TYPE, event.version) for event in tx.published] == [
        ("claims.contact_changed.v1", 2),
        ("claims.member_changed.v1", 2),
    ]


async def test_who_is_left_out_of_the_family_ends_today_and_keeps_the_id(tx: FakeTx) -> None:
    before = (await register(tx, MARIO, GIULIA)).member
    after = (await register(tx, MARIO)).member
    ended = after.person(before.persons[1].person_id)
    assert ended is not None
    assert (ended.first_name, ended.valid_to) == ("Giulia", date(2026, 11, 2))
    assert ended.covered_on(date(2026, 11, 1))
    assert not ended.covered_on(date(2026, 11, 2))
    again = (await register(tx, MARIO)).changed
    assert again == ()


async def test_a_child_is_covered_from_birth_or_enrolment(tx: FakeTx) -> None:
    newborn = person(Relation.CHILD, "Giulia", "RSSGLI04A41F205L", date(2004, 1, 1))
    member = (await register(tx, MARIO, newborn)).member
    assert {one.first_name: one.valid_from for one in member.persons} == {
        "Mario": date(2010, 3, 1),
        "Giulia": date(2010, 3, 1),
    }


async def test_a_case_is_released_with_its_last_claim(tx: FakeTx) -> None:
    case = await sent_case(tx, claims=3)
    first, second, third = case.claims
    await apply_adjudication(tx, decision=decision(first, Outcome.PAY), terms=TERMS)
    await apply_adjudication(tx, decision=decision(second, Outcome.DENY), terms=TERMS)
    assert [type(event) for event in tx.published] == [ClaimRejected]
    await apply_adjudication(tx, decision=decision(third, Outcome.PAY), terms=TERMS)
    settled = [event for event in tx.published if isinstance(event, ClaimSettled)]
    assert [(event.claim_id, event.payable_cents) for event in settled] == [
        (first.claim_id, 9000),
        (third.claim_id, 9000),
    ]
    assert tx.cases.by_id[case.case_id].settled_on == date(2026, 11, 2)


async def test_the_same_decision_again_changes_nothing(tx: FakeTx) -> None:
    case = await sent_case(tx)
    decided = decision(case.claims[0], Outcome.PAY)
    await apply_adjudication(tx, decision=decided, terms=TERMS)
    before = tx.cases.by_id[case.case_id]
    await apply_adjudication(tx, decision=decided, terms=TERMS)
    assert (tx.cases.by_id[case.case_id], types(tx)) == (before, ["claim_settled"])


async def test_another_decision_on_a_decided_claim_is_a_fault(tx: FakeTx) -> None:
    case = await sent_case(tx)
    await apply_adjudication(tx, decision=decision(case.claims[0], Outcome.PAY), terms=TERMS)
    with pytest.raises(ForbiddenTransition):
        await apply_adjudication(tx, decision=decision(case.claims[0], Outcome.DENY), terms=TERMS)


async def test_decisions_about_what_was_never_sent(tx: FakeTx) -> None:
    case = await sent_case(tx)
    with pytest.raises(RevisionUnknown):
        await apply_adjudication(tx, decision=decision(case.claims[0], Outcome.PAY, revision=2), terms=TERMS)
    unknown = Claim(uuid4(), case.claims[0].expense, [])
    with pytest.raises(ClaimNotFound):
        await apply_adjudication(tx, decision=decision(unknown, Outcome.PAY), terms=TERMS)


async def test_suspension_lasts_as_long_as_the_deciding_plan_says(tx: FakeTx) -> None:
    case = await sent_case(tx)
    tx.plans.versions = [
        PlanVersion("fnm", "0", date(2020, 1, 1), None, 60, {}),
        PlanVersion("fnm", "1", date(2023, 7, 1), None, 30, {}),
    ]
    await apply_adjudication(tx, decision=decision(case.claims[0], Outcome.PEND), terms=TERMS)
    (event,) = tx.published
    assert isinstance(event, ClaimSuspended)
    assert (event.suspended_on, event.lapses_on) == (date(2026, 11, 2), date(2026, 12, 2))


@pytest.mark.parametrize(("days", "lapsed"), [(59, False), (60, False), (61, True)])
async def test_day_sixty_is_the_last_good_one(tx: FakeTx, days: int, *, lapsed: bool) -> None:
    case = await sent_case(tx, claims=2)
    waiting, approved = case.claims
    await apply_adjudication(tx, decision=decision(waiting, Outcome.PEND), terms=TERMS)
    await apply_adjudication(tx, decision=decision(approved, Outcome.PAY), terms=TERMS)
    tx.published.clear()
    tx.move_to(NOW + timedelta(days=days))
    completing = complete_claim(tx, claim_id=waiting.claim_id, owner_member_id=None, document_ids=[])
    if not lapsed:
        assert not await lapse_claim(tx, claim_id=waiting.claim_id)
        await completing
        (event,) = tx.published
        assert isinstance(event, ClaimSubmitted)
        assert (event.revision, event.request.received_on) == (2, date(2026, 11, 2))
        return
    with pytest.raises(SuspensionLapsed):
        await completing
    assert await lapse_claim(tx, claim_id=waiting.claim_id)
    assert not await lapse_claim(tx, claim_id=waiting.claim_id)
    assert types(tx) == ["claim_rejected", "claim_settled"]
    assert tx.published[0].reasons[0].article == "1.1"
    assert tx.tasks.opened == {}


async def test_the_day_is_the_one_in_rome(tx: FakeTx) -> None:
    tx.move_to(datetime(2026, 11, 2, 23, 30, tzinfo=UTC))
    case = await sent_case(tx)
    assert tx.cases.by_id[case.case_id].received_on == date(2026, 11, 3)


async def test_only_a_suspended_claim_is_completed(tx: FakeTx) -> None:
    case = await sent_case(tx)
    with pytest.raises(ClaimNotSuspended):
        await complete_claim(tx, claim_id=case.claims[0].claim_id, owner_member_id=None, document_ids=[])


async def test_foreign_case_is_as_if_it_did_not_exist(tx: FakeTx) -> None:
    case = await sent_case(tx)
    with pytest.raises(CaseNotFound):
        await submit_case(tx, case_id=case.case_id, owner_member_id=uuid4(), consents=ALL, terms=TERMS)


async def test_a_returned_transfer_is_paid_again_by_another(tx: FakeTx) -> None:
    case = await sent_case(tx)
    claim_id = case.claims[0].claim_id
    await apply_adjudication(tx, decision=decision(case.claims[0], Outcome.PAY), terms=TERMS)
    first, second = uuid4(), uuid4()
    with pytest.raises(ForbiddenTransition):
        await _returned(tx, first, claim_id, case.member_id)
    for payout in (first, first):
        await record_payment(tx, payout_id=payout, claim_ids=[claim_id])
    for _ in range(2):
        await _returned(tx, first, claim_id, case.member_id)
    assert len(tx.tasks.opened) == 1
    with pytest.raises(ClaimNotFound):
        await record_payment(tx, payout_id=second, claim_ids=[uuid4()])
    await record_payment(tx, payout_id=second, claim_ids=[claim_id])
    assert tx.cases.by_id[case.case_id].state is ClaimState.PAID


async def _returned(tx: FakeTx, payout_id: UUID, claim_id: UUID, member_id: UUID) -> None:
    await record_return(
        tx, payout_id=payout_id, member_id=member_id, iban_last4="3456", reason_code="AC04", claim_ids=[claim_id]
    )
