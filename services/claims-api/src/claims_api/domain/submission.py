"""Sending a case: the three consents, and the facts that go with each claim."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from claims_api.domain.case import Case, Channel, Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.errors import CaseEmpty, CaseNotDraft, ConsentsMissing, InvalidReceipt, PersonNotFound
from claims_api.domain.events import (
    BeneficiarySnapshot,
    ClaimSubmitted,
    CorrectionOf,
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


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The text of a consent in the version that is in force."""

    version: str
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A consent that a member gave, to one version of its text."""

    kind: Consent
    version: str
    given_at: datetime


def standing_consents(given: Iterable[GivenConsent], texts: Mapping[Consent, ConsentText]) -> dict[Consent, datetime]:
    """Return the consents to the texts in force; one to an earlier version counts no more."""
    return {one.kind: one.given_at for one in given if one.version == texts[one.kind].version}


def check_consents(flags: Mapping[Consent, bool], standing: Container[Consent] = ()) -> None:
    """Refuse a sending that lacks a consent, naming each that is missing.

    Shapes: a flag that is not told stands for what was given before to the same version; one that is taken away does
    not.
    Raises: ConsentsMissing.
    """
    missing = [
        FieldError(f"/consents/{consent}", "consent_required", _CONSENT_TEXTS[consent])
        for consent in Consent
        if not flags.get(consent, consent in standing)
    ]
    if missing:
        raise ConsentsMissing("All three consents are needed to send the case.", errors=missing)


def check_draft(case: Case) -> None:
    """Refuse to change or send a case that was already sent.

    Raises: CaseNotDraft.
    """
    if case.submitted_at is not None:
        raise CaseNotDraft("The case was already sent.", state=case.state)


@dataclass(frozen=True, slots=True)
class PaperReceipt:
    """When an envelope arrived, and the day of its postmark where it can be read."""

    received_on: date
    postmarked_on: date | None = None


def receive_paper(case: Case, receipt: PaperReceipt | None, *, today: date) -> date:
    """Write down how a case arrived and return its day of receipt: that of the envelope, otherwise today.

    The postmark is kept as proof; the circular counts from the receipt.
    Raises: InvalidReceipt.
    """
    if receipt is None:
        return today
    faults = []
    if case.channel is not Channel.PAPER:
        faults.append(FieldError("/paper", "paper_only", "Only a case on paper has an envelope."))
    if receipt.received_on > today:
        faults.append(FieldError("/paper/received_on", "date_not_in_future", "The receipt is in the future."))
    if receipt.postmarked_on is not None and receipt.postmarked_on > receipt.received_on:
        faults.append(FieldError("/paper/postmarked_on", "sent_before_received", "The postmark follows the receipt."))
    if faults:
        raise InvalidReceipt("The receipt of the paper breaks a rule.", errors=faults)
    case.postmarked_on = receipt.postmarked_on
    return receipt.received_on


def submit(case: Case, *, now: datetime, today: date, actor: str) -> list[Claim]:
    """Send every claim of a draft case, received on `today`; return those sent.

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
        correction=_correction(claim),
    )


def _correction(claim: Claim) -> CorrectionOf | None:
    if claim.correction is None:
        return None
    return CorrectionOf(claim.correction.previous_decision_id, claim.correction.reason)


def _member(member: Member) -> MemberSnapshot:
    return MemberSnapshot(
        category=member.category,
        enrolled_on=member.enrolled_on,
        hired_on=member.hired_on,
        left_on=member.left_on,
        birth_date=member.own.birth_date,
        retired_on=member.retired_on,
        confirmed_on=member.confirmed_on,
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
