"""Sending a case: the three consents, and the facts that go with each claim."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.errors import CaseEmpty, CaseNotDraft, ConsentsMissing, PersonNotFound
from claims_api.domain.events import (
    BeneficiarySnapshot,
    ClaimSubmitted,
    MemberSnapshot,
    RequestItem,
    RequestProvider,
    RequestSnapshot,
)
from claims_api.domain.member import Member, Person
from kit.errors import FieldError


class Consent(StrEnum):
    """The three flags of the sending page (member guide, "Informativa")."""

    UPLOAD_RULES = "upload_rules"
    PRIVACY_NOTICE = "privacy_notice"
    HEALTH_DATA = "health_data"


_CONSENT_TEXTS: Mapping[Consent, str] = {
    Consent.UPLOAD_RULES: "The rules for uploading documents must be accepted.",
    Consent.PRIVACY_NOTICE: "The privacy notice must be read.",
    Consent.HEALTH_DATA: "Consent to process health data is needed.",
}


def check_consents(given: Mapping[Consent, bool]) -> None:
    """Refuse a sending that lacks a consent, naming each that is missing.

    Raises: ConsentsMissing.
    """
    missing = [
        FieldError(f"/consents/{consent}", "consent_required", _CONSENT_TEXTS[consent])
        for consent in Consent
        if not given.get(consent)
    ]
    if missing:
        raise ConsentsMissing("All three consents are needed to send the case.", errors=missing)


def check_draft(case: Case) -> None:
    """Refuse to change or send a case that was already sent.

    Raises: CaseNotDraft.
    """
    if case.submitted_at is not None:
        raise CaseNotDraft("The case was already sent.", state=case.state)


def submit(case: Case, *, now: datetime, today: date, actor: str) -> list[Claim]:
    """Send every claim of a draft case, received today; return those sent.

    Raises: CaseNotDraft, CaseEmpty.
    """
    check_draft(case)
    drafts = [claim for claim in case.claims if claim.state is ClaimState.DRAFT]
    if not drafts:
        raise CaseEmpty("The case has no claim to send.")
    case.submitted_at = now
    case.received_on = today
    for claim in drafts:
        claim.revision = 1
        claim.received_on = today
        case.move(claim, ClaimState.SUBMITTED, at=now, actor=actor)
    return drafts


def submitted_event(case: Case, claim: Claim, member: Member) -> ClaimSubmitted:
    """Put together what the rules need to decide: the claim and the facts of today."""
    person = member.person(claim.expense.person_id)
    if person is None:
        raise PersonNotFound("The person does not belong to this member.")
    return ClaimSubmitted(
        claim_id=claim.claim_id,
        case_id=case.case_id,
        case_number=case.number,
        revision=claim.revision,
        member_id=case.member_id,
        member=_member(member),
        beneficiary=_beneficiary(person),
        request=_request(case, claim),
    )


def _member(member: Member) -> MemberSnapshot:
    return MemberSnapshot(
        category=member.category,
        enrolled_on=member.enrolled_on,
        hired_on=member.hired_on,
        left_on=member.left_on,
        birth_date=member.own.birth_date,
    )


def _beneficiary(person: Person) -> BeneficiarySnapshot:
    return BeneficiarySnapshot(
        person_id=person.person_id,
        relation=person.relation,
        birth_date=person.birth_date,
        disabled_104=person.disabled_104,
        fiscally_dependent=person.fiscally_dependent,
    )


def _request(case: Case, claim: Claim) -> RequestSnapshot:
    expense = claim.expense
    if claim.received_on is None:
        raise ValueError("a claim that was not received cannot be sent on")
    return RequestSnapshot(
        mode=expense.mode,
        article=expense.article,
        expense_date=expense.document_date,
        received_on=claim.received_on,
        channel=case.channel,
        amount_cents=expense.amount_cents,
        currency=expense.currency,
        quantity=expense.quantity,
        items=[RequestItem(item.article, item.code, item.quantity, item.amount_cents) for item in expense.items],
        ssn_ticket=expense.ssn_ticket,
        stamp_duty_cents=expense.stamp_duty_cents,
        other_fund_refund_cents=expense.other_fund_refund_cents,
        provider=RequestProvider(expense.provider.kind, expense.provider.specialty),
        service=expense.service,
        documents=[document.kind for document in claim.documents],
        extra=dict(expense.extra),
    )
