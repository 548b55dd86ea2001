"""Cases and claims on the wire: what clients are shown."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from claims_api.domain.case import Case, Claim, StateChange
from claims_api.domain.case_check import expected_dates
from claims_api.domain.claim_states import LABELS_IT, ClaimState, case_label_it
from claims_api.domain.decision import Decision
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.next_step import next_step
from claims_api.entrypoints.http.currency_views import InItsCurrency
from claims_api.use_cases.ports import CaseDetail


class ReasonView(BaseModel):
    """Why a claim was decided so, citing its article; the remedy says what would make it payable."""

    code: str
    article: str
    text_it: str
    text_en: str
    remedy_it: str = ""
    remedy_en: str = ""


class MissingView(BaseModel):
    """A document that the plan asks for and the claim lacks."""

    document: str
    article: str
    text_it: str
    text_en: str


class StepView(BaseModel):
    """One step from the requested amount to the payable one."""

    code: str
    article: str
    before_cents: int
    after_cents: int
    text_it: str
    text_en: str


class ChangeView(BaseModel):
    """One step of a claim through its states."""

    from_state: ClaimState
    to_state: ClaimState
    label_it: str
    at: datetime
    note: str | None


class NextView(BaseModel):
    """What comes next, and by when."""

    text_it: str
    text_en: str
    due_on: date | None


class AdviceView(BaseModel):
    """A word of advice that stops nothing."""

    code: str
    text_it: str
    text_en: str


class AttachedView(BaseModel):
    """A document of a claim."""

    document_id: UUID
    kind: str


class ClaimSummary(InItsCurrency):
    """A line of the list "le tue pratiche", with its seven columns."""

    claim_id: UUID
    person_id: UUID
    document_date: date = Field(description="Data fattura")
    requested_on: date | None = Field(description="Data richiesta")
    requested_cents: int | None = Field(description="Importo richiesto in euro; null until a decision converts it")
    settled_cents: int = Field(description="Importo liquidato: 0 until the case is settled")
    service: str = Field(description="Prestazione")
    beneficiary: str = Field(description="Assistito")
    state: ClaimState
    state_label_it: str = Field(description="Stato")


class ClaimView(ClaimSummary):
    """A claim with how it was decided and how it got where it is."""

    case_id: UUID
    case_number: str
    article: str
    mode: str
    document_number: str
    quantity: int
    revision: int
    payable_cents: int | None = Field(description="What the rules granted; null until they decided")
    review: str | None = Field(description="Who looks at a referred claim: operator, medical_consultant, board")
    suspended_on: date | None
    lapses_on: date | None = Field(description="The last good day to complete a suspended claim")
    reasons: list[ReasonView]
    missing: list[MissingView]
    documents: list[AttachedView]
    steps: list[StepView]
    history: list[ChangeView]
    next_expected: NextView | None


class CaseHead(BaseModel):
    """A case without its claims."""

    case_id: UUID
    number: str
    member_id: UUID
    state: ClaimState
    state_label_it: str
    channel: str
    postmarked_on: date | None
    held_until: date | None = Field(default=None, description="Paper: the day of its turn, while the rules wait for it")
    created_at: datetime
    requested_on: date | None
    settled_on: date | None
    expected_decision_on: date | None = Field(description="By the fund's service level; null when nobody waits for it")
    expected_payment_on: date | None = Field(description="Day of the monthly transfer (1.4)")
    requested_cents: int
    settled_cents: int
    unconverted_claims: int = Field(description="Claims in another currency, not in the sum before their decision")


class CaseSummary(CaseHead):
    """A case in a list."""

    claims: list[ClaimSummary]


class CaseView(CaseHead):
    """A case with its claims in full."""

    claims: list[ClaimView]


class ClaimAddedView(ClaimSummary):
    """A new claim of a draft case, with advice where there is any."""

    case_id: UUID
    case_number: str
    advice: list[AdviceView]


class PlanUsedView(BaseModel):
    """The plan version that decided."""

    plan_id: str
    version: str
    hash: str


class ExplanationView(InItsCurrency):
    """How the payable amount of a claim came about, step by step, each with its article."""

    claim_id: UUID
    state: ClaimState
    state_label_it: str
    decision_id: UUID | None
    plan: PlanUsedView | None
    requested_cents: int | None
    payable_cents: int | None
    steps: list[StepView]
    reasons: list[ReasonView]
    missing: list[MissingView]
    review: str | None


ONE_CLAIM_A_CASE = AdviceView(
    code="one_claim_per_case",
    text_it="È consigliabile una sola richiesta per pratica: se una è sospesa, tutta la pratica attende.",
    text_en="One request per case is advisable: if one is suspended the whole case waits.",
)


def settled_cents(claim: Claim) -> int:
    return claim.settled_cents or 0


def claim_summary(claim: Claim, names: Mapping[UUID, str]) -> ClaimSummary:
    expense = claim.expense
    return ClaimSummary(
        claim_id=claim.claim_id,
        person_id=expense.person_id,
        document_date=expense.document_date,
        requested_on=claim.received_on,
        requested_cents=claim.requested_cents,
        amount_cents=expense.amount_cents,
        currency=expense.currency,
        settled_cents=settled_cents(claim),
        service=expense.service,
        beneficiary=names[expense.person_id],
        state=claim.state,
        state_label_it=LABELS_IT[claim.state],
    )


def case_head(case: Case, terms: FundTerms) -> CaseHead:
    expected = expected_dates(case, terms)
    open_claims = [claim for claim in case.claims if claim.state is not ClaimState.WITHDRAWN]
    return CaseHead(
        case_id=case.case_id,
        number=case.number,
        member_id=case.member_id,
        state=case.state,
        state_label_it=case_label_it(claim.state for claim in case.claims),
        channel=case.channel,
        postmarked_on=case.postmarked_on,
        held_until=case.held_until,
        created_at=case.created_at,
        requested_on=case.received_on,
        settled_on=case.settled_on,
        expected_decision_on=expected.decision_on,
        expected_payment_on=expected.payment_on,
        requested_cents=sum(claim.requested_cents or 0 for claim in open_claims),
        settled_cents=sum(settled_cents(claim) for claim in open_claims),
        unconverted_claims=sum(claim.requested_cents is None for claim in open_claims),
    )


def case_summary(case: Case, names: Mapping[UUID, str], terms: FundTerms) -> CaseSummary:
    claims = [claim_summary(claim, names) for claim in case.claims]
    return CaseSummary(**case_head(case, terms).model_dump(), claims=claims)


def decision_in_force(detail: CaseDetail, claim: Claim) -> Decision | None:
    """Leave out a decision on an earlier revision: the claim was completed since."""
    decision = detail.decisions.get(claim.claim_id)
    return decision if decision is not None and decision.revision == claim.revision else None


def claim_view(detail: CaseDetail, claim: Claim) -> ClaimView:
    case, decision = detail.case, decision_in_force(detail, claim)
    days = {"lapses_on": claim.lapses_on, "settled_on": case.settled_on, "held_until": case.held_until}
    following = next_step(claim.state, **days)
    return ClaimView(
        **claim_summary(claim, detail.names).model_dump(),
        case_id=case.case_id,
        case_number=case.number,
        article=claim.expense.article,
        mode=claim.expense.mode,
        document_number=claim.expense.document_number,
        quantity=claim.expense.quantity,
        revision=claim.revision,
        payable_cents=claim.payable_cents,
        review=claim.review,
        suspended_on=claim.suspended_on,
        lapses_on=claim.lapses_on,
        reasons=[ReasonView.model_validate(one, from_attributes=True) for one in claim.reasons],
        missing=[MissingView.model_validate(one, from_attributes=True) for one in claim.missing],
        documents=[AttachedView(document_id=one.document_id, kind=one.kind) for one in claim.documents],
        steps=steps_of(decision),
        history=[change_view(one) for one in detail.history.get(claim.claim_id, ())],
        next_expected=NextView.model_validate(following, from_attributes=True) if following else None,
    )


def steps_of(decision: Decision | None) -> list[StepView]:
    return [StepView.model_validate(one, from_attributes=True) for one in decision.steps] if decision else []


def change_view(change: StateChange) -> ChangeView:
    return ChangeView(
        from_state=change.from_state,
        to_state=change.to_state,
        label_it=LABELS_IT[change.to_state],
        at=change.at,
        note=change.note,
    )


def case_view(detail: CaseDetail, terms: FundTerms) -> CaseView:
    claims = [claim_view(detail, claim) for claim in detail.case.claims]
    return CaseView(**case_head(detail.case, terms).model_dump(), claims=claims)


def explanation_view(detail: CaseDetail, claim: Claim) -> ExplanationView:
    decision = decision_in_force(detail, claim)
    plan = None
    if decision is not None:
        plan = PlanUsedView(plan_id=decision.plan_id, version=decision.plan_version, hash=decision.plan_hash)
    return ExplanationView(
        claim_id=claim.claim_id,
        state=claim.state,
        state_label_it=LABELS_IT[claim.state],
        decision_id=decision.decision_id if decision else None,
        plan=plan,
        requested_cents=claim.requested_cents,
        amount_cents=claim.expense.amount_cents,
        currency=claim.expense.currency,
        payable_cents=claim.payable_cents,
        steps=steps_of(decision),
        reasons=[ReasonView.model_validate(one, from_attributes=True) for one in claim.reasons],
        missing=[MissingView.model_validate(one, from_attributes=True) for one in claim.missing],
        review=claim.review,
    )
