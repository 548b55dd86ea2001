"""The check before sending, on the wire."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from claims_api.domain.case_check import Severity
from claims_api.use_cases.check_case import CaseCheck


class FindingView(BaseModel):
    """One thing to put right; without claim_id it is about the whole case."""

    claim_id: UUID | None
    severity: Severity = Field(
        description="refused: the fund will not pay it; warning: it will probably be asked for; note: given before"
    )
    code: str
    article: str
    text_it: str
    text_en: str


class CaseCheckView(BaseModel):
    """What was found before sending, and the dates that can be expected at the latest."""

    case_id: UUID
    ready: bool = Field(description="Nothing would be refused")
    findings: list[FindingView]
    expected_decision_on: date | None
    expected_payment_on: date | None


def case_check_view(check: CaseCheck) -> CaseCheckView:
    return CaseCheckView(
        case_id=check.case_id,
        ready=check.ready,
        findings=[FindingView.model_validate(one, from_attributes=True) for one in check.findings],
        expected_decision_on=check.expected.decision_on,
        expected_payment_on=check.expected.payment_on,
    )
