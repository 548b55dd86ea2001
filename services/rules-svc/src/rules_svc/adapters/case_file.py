"""A case file: one request with its persons and its history of settled items, to try a plan on."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules_svc.adapters.case_schema import BeneficiaryData, MemberData, RequestData
from rules_svc.domain.decision import Balance, Decision, Use
from rules_svc.domain.evaluate import evaluate
from rules_svc.domain.limits import window_keys
from rules_svc.domain.plan import Ceiling, Plan
from rules_svc.domain.request import Facts, Mode, OnFile


class Settled(BaseModel):
    """An earlier settled item; `consumed_cents` is on the 100 % basis."""

    model_config = ConfigDict(extra="ignore")
    article: str
    codes: list[str] = []
    mode: Mode
    date: date
    consumed_cents: int = Field(ge=0)
    quantity: int = Field(default=1, ge=1)
    beneficiary: str | None = None


class CaseFile(BaseModel):
    """A request with its persons; history items with a `beneficiary` belong to somebody else."""

    model_config = ConfigDict(extra="ignore")
    member: MemberData
    beneficiary: BeneficiaryData
    history: list[Settled] = Field(default_factory=list)
    request: RequestData

    @model_validator(mode="before")
    @classmethod
    def _golden_name(cls, raw: Any) -> Any:
        """Golden cases call the day of receipt `submitted_on`."""
        if isinstance(raw, dict) and isinstance(request := raw.get("request"), dict) and "submitted_on" in request:
            return raw | {"request": request | {"received_on": request["submitted_on"]}}
        return raw


def decide_case(plan: Plan, case: CaseFile) -> Decision:
    """Evaluate a case file under a plan."""
    own = [item for item in case.history if item.beneficiary is None]
    facts = Facts(case.member.to_domain(), case.beneficiary.to_domain(), _on_file(plan, own))
    return evaluate(plan, case.request.to_domain(), facts, balances_of(plan, own))


def balances_of(plan: Plan, history: list[Settled]) -> dict[tuple[str, str], Balance]:
    """Add up what settled items have taken from each limit window."""
    balances: dict[tuple[str, str], Balance] = {}
    for item in history:
        benefit = plan.benefits.get(item.article)
        if benefit is None or item.mode not in benefit.terms:
            continue
        taken = [(ceiling, item.consumed_cents) for ceiling in benefit.terms[item.mode].ceilings]
        for code in item.codes:
            if code in benefit.rows:
                taken += [(ceiling, item.quantity) for ceiling in benefit.rows[code].ceilings[item.mode]]
        for ceiling, amount in taken:
            _add(balances, ceiling, item, amount)
    return balances


def _add(balances: dict[tuple[str, str], Balance], ceiling: Ceiling, item: Settled, amount: int) -> None:
    for key in window_keys(ceiling.limit, item.mode, item.date):
        pair = (ceiling.limit.id, key)
        before = balances.get(pair, Balance(0, 0))
        balances[pair] = Balance(before.consumed + amount, 0, (*before.uses, Use(item.date, amount)))


def _on_file(plan: Plan, history: list[Settled]) -> tuple[OnFile, ...]:
    return tuple(
        OnFile(item.article, needed.document, item.date)
        for item in history
        if item.article in plan.benefits
        for needed in plan.benefits[item.article].evidence
        if needed.first_claim_only
    )
