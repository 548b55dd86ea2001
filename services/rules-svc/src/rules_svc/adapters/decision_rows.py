"""A decision as its row keeps it, and back again for a replay."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from rules_svc.adapters.case_schema import FactsData, RequestData
from rules_svc.domain.decision import Balance, Decision, Use
from rules_svc.domain.events import MissingText, ReasonText, StepText
from rules_svc.domain.request import Beneficiary, Facts, Item, Member, Request

Limits = Mapping[tuple[str, str], Balance]


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _item(item: Item) -> dict[str, Any]:
    return {"article": item.article, "code": item.code, "quantity": item.quantity, "amount_cents": item.amount_cents}


def request_json(request: Request) -> dict[str, Any]:
    """Write a request in the shape of the events."""
    return {
        "mode": request.mode,
        "article": request.article,
        "expense_date": request.expense_date.isoformat(),
        "received_on": request.received_on.isoformat(),
        "channel": request.channel,
        "amount_cents": request.amount_cents,
        "currency": request.currency,
        "quantity": request.quantity,
        "items": [_item(item) for item in request.items],
        "ssn_ticket": request.ssn_ticket,
        "stamp_duty_cents": request.stamp_duty_cents,
        "other_fund_refund_cents": request.other_fund_refund_cents,
        "provider": {"kind": request.provider_kind, "specialty": request.provider_specialty},
        "service": request.service,
        "documents": sorted(request.documents),
        "extra": dict(request.extra),
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "category": member.category,
        "enrolled_on": member.enrolled_on.isoformat(),
        "birth_date": member.birth_date.isoformat(),
        "hired_on": _day(member.hired_on),
        "left_on": _day(member.left_on),
        "retired_on": _day(member.retired_on),
        "confirmed_on": _day(member.confirmed_on),
    }


def _beneficiary(person: Beneficiary) -> dict[str, Any]:
    return {
        "relation": person.relation,
        "birth_date": person.birth_date.isoformat(),
        "disabled_104": person.disabled_104,
        "fiscally_dependent": person.fiscally_dependent,
    }


def inputs_json(request: Request, facts: Facts) -> dict[str, Any]:
    """Write everything that a decision was made on, except the limits."""
    on_file = [{"article": f.article, "document": f.document, "issued_on": _day(f.issued_on)} for f in facts.on_file]
    return {
        "request": request_json(request),
        "member": _member(facts.member),
        "beneficiary": _beneficiary(facts.beneficiary),
        "on_file": on_file,
    }


def limits_json(limits: Limits) -> list[dict[str, Any]]:
    """Write the balances before a decision."""
    return [
        {
            "limit_id": limit_id,
            "window_key": key,
            "consumed": balance.consumed,
            "reserved": balance.reserved,
            "uses": [[use.on.isoformat(), use.amount] for use in balance.uses],
        }
        for (limit_id, key), balance in sorted(limits.items())
    ]


def outcome_json(
    decision: Decision, steps: Sequence[StepText], reasons: Sequence[ReasonText], missing: Sequence[MissingText]
) -> dict[str, Any]:
    """Write what came out: the columns of a decision that a replay must give again, and what it took."""
    return {
        "article": decision.article,
        "outcome": decision.outcome,
        "review": decision.review,
        "requested_cents": decision.requested_cents,
        "payable_cents": decision.payable_cents,
        "steps": [asdict(t) | {"params": _plain(s.params)} for s, t in zip(decision.steps, steps, strict=True)],
        "reasons": [asdict(one) for one in reasons],
        "missing": [asdict(one) for one in missing],
        "postings": [list(posting) for posting in decision.postings],
    }


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in params.items()}


def read_inputs(inputs: Mapping[str, Any]) -> tuple[Request, Facts]:
    """Read a stored decision's inputs."""
    return RequestData.model_validate(inputs["request"]).to_domain(), FactsData.model_validate(inputs).to_domain()


def read_limits(rows: list[dict[str, Any]]) -> dict[tuple[str, str], Balance]:
    """Read a stored decision's balances."""
    return {
        (row["limit_id"], row["window_key"]): Balance(
            row["consumed"],
            row["reserved"],
            tuple(Use(date.fromisoformat(on), amount) for on, amount in row["uses"]),
        )
        for row in rows
    }
