"""An example of every event that this service publishes; schemas and examples are generated from here."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.domain import check_events, events
from claims_api.domain.decision import MissingDocument, Reason

MEMBER = UUID("0197c0de-0000-7000-8000-000000000001")
OWN = UUID("0197c0de-0000-7000-8000-000000000002")
SPOUSE = UUID("0197c0de-0000-7000-8000-000000000003")
CASE = UUID("0197c0de-0000-7000-8000-000000000004")
CLAIM = UUID("0197c0de-0000-7000-8000-000000000005")
DECISION = UUID("0197c0de-0000-7000-8000-000000000006")
VISIT = UUID("0197c0de-0000-7000-8000-000000000008")
REVIEW = UUID("0197c0de-0000-7000-8000-000000000007")
CASE_NUMBER = "FNM-2026-000001"

_OWN = events.PersonFacts(
    person_id=OWN,
    relation="member",
    first_name="Mario",
    last_name="Rossi",
    fiscal_code="RSSMRA75H15F205E",
    birth_date=date(1975, 6, 15),
    disabled_104=False,
    fiscally_dependent=None,
    valid_from=date(2010, 3, 1),
    valid_to=None,
)
_SPOUSE = events.PersonFacts(
    person_id=SPOUSE,
    relation="spouse",
    first_name="Laura",
    last_name="Verdi",
    fiscal_code="VRDLRA78C52F205M",
    birth_date=date(1978, 3, 12),
    disabled_104=False,
    fiscally_dependent=True,
    valid_from=date(2010, 3, 1),
    valid_to=None,
)


def _reason(code: str) -> Reason:
    """Return a reason of the fund's file, as its member reads it."""
    one = terms_of("fnm").reasons[code]
    return Reason(code=code, article="3.6", text_it=one.text_it, text_en=one.text_en)


_REQUEST = events.RequestSnapshot(
    mode="indirect",
    article="3.6",
    expense_date=date(2026, 10, 5),
    received_on=date(2026, 11, 2),
    channel="portal",
    amount_cents=15000,
    currency="EUR",
    quantity=1,
    items=[events.RequestItem(article=None, code=None, quantity=1, amount_cents=15000)],
    ssn_ticket=False,
    stamp_duty_cents=0,
    other_fund_refund_cents=0,
    provider=events.RequestProvider(kind="specialist", specialty="cardiologia"),
    service="visita specialistica",
    documents=["invoice", "prescription"],
    extra={"specialization_on_invoice": True},
)
_EXAMPLES: tuple[Any, ...] = (
    events.MemberChanged(
        member_id=MEMBER,
        version=1,
        number="10001",
        first_name="Mario",
        last_name="Rossi",
        fiscal_code="RSSMRA75H15F205E",
        birth_date=date(1975, 6, 15),
        category="employee",
        employer="FNM S.p.A.",
        enrolled_on=date(2010, 3, 1),
        hired_on=date(2010, 1, 11),
        left_on=None,
        language="it",
        persons=[_OWN, _SPOUSE],
    ),
    events.ContactChanged(
        member_id=MEMBER,
        version=1,
        first_name="Mario",
        last_name="Rossi",
        email="mario.rossi@example.org",
        phone="+39 02 555 0101",
        language="it",
    ),
    events.BankAccountChanged(
        member_id=MEMBER, version=1, iban="IT60X0542811101000000123456", holder="Mario Rossi", verified=True
    ),
    events.ClaimSubmitted(
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        revision=1,
        member_id=MEMBER,
        member=events.MemberSnapshot(
            category="employee",
            enrolled_on=date(2010, 3, 1),
            hired_on=date(2010, 1, 11),
            left_on=None,
            birth_date=date(1975, 6, 15),
        ),
        beneficiary=events.BeneficiarySnapshot(
            person_id=OWN,
            relation="member",
            birth_date=date(1975, 6, 15),
            disabled_104=False,
            fiscally_dependent=None,
        ),
        request=_REQUEST,
    ),
    events.ClaimSuspended(
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        member_id=MEMBER,
        suspended_on=date(2026, 11, 3),
        lapses_on=date(2027, 1, 2),
        missing=[
            MissingDocument(
                document="prescription",
                article="3.8",
                text_it="Manca la prescrizione del medico.",
                text_en="The doctor's prescription is missing.",
            )
        ],
    ),
    events.ClaimSettled(
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        member_id=MEMBER,
        person_id=OWN,
        article="3.6",
        requested_cents=15000,
        payable_cents=9000,
        decision_id=DECISION,
        settled_on=date(2026, 11, 3),
    ),
    events.ClaimRejected(
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        member_id=MEMBER,
        rejected_on=date(2026, 11, 3),
        reasons=[
            Reason(
                code="filed_late",
                article="1.1",
                text_it="La richiesta è arrivata oltre 120 giorni dalla data della fattura.",
                text_en="The request arrived more than 120 days after the date of the invoice.",
            )
        ],
    ),
    events.ClaimWithdrawn(
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        member_id=MEMBER,
        revision=1,
        withdrawn_on=date(2026, 11, 10),
    ),
    check_events.ClaimCheckOpened(
        check_id=CLAIM,
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        member_id=MEMBER,
        check="sampling",
        reason="declarations",
        opened_on=date(2026, 11, 3),
    ),
    check_events.ClaimCheckClosed(
        check_id=CLAIM,
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        member_id=MEMBER,
        check="sampling",
        reason="declarations",
        result="regular",
        closed_on=date(2026, 11, 9),
    ),
    check_events.CheckUpOrdered(
        visit_id=VISIT,
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        member_id=MEMBER,
        due_on=date(2026, 11, 20),
        visit_at=datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
        place="Piazzale Cadorna 14, Milano",
        ordered_on=date(2026, 11, 4),
    ),
    check_events.FilingConsentChanged(
        consent_id=VISIT,
        member_id=MEMBER,
        state="given",
        helper="office",
        way="telephone",
        given_on=date(2026, 11, 2),
        changed_on=date(2026, 11, 2),
    ),
    events.ClaimCorrected(
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        member_id=MEMBER,
        person_id=OWN,
        article="3.6",
        revision=2,
        decision_id=DECISION,
        previous_cents=6500,
        payable_cents=9000,
        delta_cents=2500,
        corrected_on=date(2026, 11, 20),
    ),
    events.AppealAnswered(
        review_request_id=REVIEW,
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        member_id=MEMBER,
        outcome="corrected",
        answered_on=date(2026, 11, 20),
        reasons=[_reason("facts_put_right")],
    ),
    events.ClaimReviewDecided(
        review_id=REVIEW,
        claim_id=CLAIM,
        case_id=CASE,
        case_number=CASE_NUMBER,
        revision=1,
        member_id=MEMBER,
        person_id=OWN,
        article="3.6",
        outcome="pay",
        requested_cents=15000,
        payable_cents=9000,
        review="operator",
        decision_id=DECISION,
        decided_on=date(2026, 11, 5),
        reasons=[_reason("granted_by_office")],
        missing=[],
    ),
)
PUBLISHED: dict[type[Any], Any] = {type(example): example for example in _EXAMPLES}
