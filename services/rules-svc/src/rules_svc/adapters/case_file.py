"""A case file: one request with its persons and its history of settled items, to try a plan on."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules_svc.adapters.case_schema import BeneficiaryData, MemberData, RequestData
from rules_svc.domain.case import Case
from rules_svc.domain.decision import Balance, Decision, Use
from rules_svc.domain.evaluate import evaluate
from rules_svc.domain.limits import window_keys
from rules_svc.domain.plan import Ceiling, Plan, Terms
from rules_svc.domain.request import Facts, Mode, OnFile, Request


class Settled(BaseModel):
    """An earlier settled item; `consumed_cents` is on the 100 % basis."""

    model_config = ConfigDict(extra="allow")
    article: str
    codes: list[str] = []
    mode: Mode
    date: date
    consumed_cents: int = Field(ge=0)
    quantity: int = Field(default=1, ge=1)
    beneficiary: str | None = None
    service: str = ""

    @property
    def extra(self) -> dict[str, Any]:
        """Return the facts of the item that single articles need."""
        return {name: str(value) for name, value in (self.model_extra or {}).items()}


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
    facts, own = facts_of(plan, case)
    return evaluate(plan, case.request.to_domain(), facts, balances_of(plan, facts, own))


def facts_of(plan: Plan, case: CaseFile) -> tuple[Facts, list[Settled]]:
    """Return the persons of a case, and its settled items that are the beneficiary's own."""
    own = [item for item in case.history if item.beneficiary is None]
    return Facts(case.member.to_domain(), case.beneficiary.to_domain(), _on_file(plan, own)), own


def balances_of(plan: Plan, facts: Facts, history: list[Settled]) -> dict[tuple[str, str], Balance]:
    """Add up what settled items have taken from each limit window."""
    balances: dict[tuple[str, str], Balance] = {}
    for item in history:
        benefit = plan.benefits.get(item.article)
        if benefit is None or item.mode not in benefit.terms:
            continue
        amounts = {"amount": item.consumed_cents, "count": 1, "units": item.quantity}
        ceilings = _ceilings_touched(plan, facts, benefit.terms[item.mode], item)
        taken = [(ceiling, amounts[ceiling.limit.measure]) for ceiling in ceilings]
        for code in item.codes:
            if code in benefit.rows:
                taken += [(ceiling, item.quantity) for ceiling in benefit.rows[code].ceilings[item.mode]]
        for ceiling, amount in taken:
            _add(balances, ceiling, item, amount)
    return balances


def _ceilings_touched(plan: Plan, facts: Facts, terms: Terms, item: Settled) -> list[Ceiling]:
    """Return the limits that an item took from; where it does not tell its kind, those that every kind takes from."""
    told = Request(
        mode=item.mode,
        article=item.article,
        expense_date=item.date,
        received_on=item.date,
        amount_cents=item.consumed_cents,
        service=item.service,
        extra=item.extra,
    )
    case = Case(plan, told, facts)
    holding = [one for one in terms.conditional if one.when.test(case)]
    if not holding and terms.conditional:
        common = frozenset.intersection(*(frozenset(c.limit.id for c in one.ceilings) for one in terms.conditional))
        first = terms.conditional[0].ceilings
        return [*terms.ceilings, *(ceiling for ceiling in first if ceiling.limit.id in common)]
    found = {ceiling.limit.id: ceiling for one in holding for ceiling in one.ceilings}
    return [*terms.ceilings, *found.values()]


def _add(balances: dict[tuple[str, str], Balance], ceiling: Ceiling, item: Settled, amount: int) -> None:
    for key in window_keys(ceiling.limit, item.mode, item.date, item.extra):
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
