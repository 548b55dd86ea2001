"""Cases, claims and decisions as rows."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from claims_api.domain.case import Case, Channel, Claim, Correction, StateChange
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.decision import Decision, Instalment, MissingDocument, Outcome, Reason, Step
from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.expense import AttachedDocument, Expense, ExpenseItem, Provider
from claims_api.domain.plan import Branch


def read_case_row(row: Mapping[str, Any], claims: Iterable[Claim]) -> Case:
    """Make a case of its row and its claims."""
    return Case(
        case_id=row["case_id"],
        number=row["number"],
        member_id=row["member_id"],
        channel=Channel(row["channel"]),
        created_at=row["created_at"],
        submitted_at=row["submitted_at"],
        received_on=row["received_on"],
        settled_on=row["settled_on"],
        postmarked_on=row["postmarked_on"],
        held_until=row["held_until"],
        released_at=row["released_at"],
        claims=list(claims),
    )


def read_claim_row(row: Mapping[str, Any]) -> Claim:
    """Make a claim of its row and its documents."""
    return Claim(
        claim_id=row["claim_id"],
        expense=_expense(row),
        documents=[
            AttachedDocument(UUID(one["document_id"]), DocumentKind(one["kind"])) for one in row["documents"] or ()
        ],
        state=ClaimState(row["state"]),
        revision=row["revision"],
        received_on=row["received_on"],
        payable_cents=row["payable_cents"],
        decision_id=row["decision_id"],
        review=row["review"],
        suspended_on=row["suspended_on"],
        lapses_on=row["lapses_on"],
        missing=tuple(MissingDocument(**one) for one in row["missing"]),
        reasons=tuple(Reason(**one) for one in row["reasons"]),
        payout_id=row["payout_id"],
        settled_cents=row["settled_cents"],
        instalments=_instalments(row["instalments"]),
        correction=_correction(row["correction"]),
        gross_of_withholding=row["gross_of_withholding"],
        converted_cents=row["converted_cents"],
    )


def _instalments(rows: Iterable[Mapping[str, Any]]) -> tuple[Instalment, ...]:
    return tuple(Instalment(one["number"], date.fromisoformat(one["due_on"]), one["amount_cents"]) for one in rows)


def _correction(row: Mapping[str, Any] | None) -> Correction | None:
    if row is None:
        return None
    previous = row["previous_decision_id"]
    return Correction(
        previous_decision_id=UUID(previous) if previous else None,
        previous_cents=row["previous_cents"],
        state_before=ClaimState(row["state_before"]),
        reason=row["reason"],
    )


def read_facts(row: Mapping[str, Any]) -> Expense:
    """Make an expense of what `facts_row` wrote into JSON."""
    days = {"person_id": UUID(row["person_id"]), "document_date": date.fromisoformat(row["document_date"])}
    return _expense({**row, **days})


def _expense(row: Mapping[str, Any]) -> Expense:
    return Expense(
        person_id=row["person_id"],
        article=row["article"],
        mode=row["mode"],
        service=row["service"],
        document_number=row["document_number"],
        document_date=row["document_date"],
        amount_cents=row["amount_cents"],
        currency=row["currency"],
        quantity=row["quantity"],
        items=tuple(ExpenseItem(**item) for item in row["items"]),
        ssn_ticket=row["ssn_ticket"],
        stamp_duty_cents=row["stamp_duty_cents"],
        other_fund_refund_cents=row["other_fund_refund_cents"],
        provider=Provider(row["provider_kind"], row["provider_specialty"], row["provider_vat_number"]),
        extra=row["extra"],
        branch=Branch(row["branch"]),
    )


def new_claim_row(fund: str, case: Case, claim: Claim) -> dict[str, Any]:
    """Make the row of a new claim."""
    return {
        "claim_id": claim.claim_id,
        "fund": fund,
        "case_id": case.case_id,
        "member_id": case.member_id,
        **facts_row(claim.expense),
        "state": claim.state,
        "revision": claim.revision,
        "missing": [],
        "reasons": [],
    }


def facts_row(expense: Expense) -> dict[str, Any]:
    """Make the part of a claim's row that the expense gives it."""
    return {
        "person_id": expense.person_id,
        "article": expense.article,
        "branch": expense.branch,
        "mode": expense.mode,
        "service": expense.service,
        "document_number": expense.document_number,
        "document_number_key": expense.document_number_key,
        "document_date": expense.document_date,
        "amount_cents": expense.amount_cents,
        "currency": expense.currency,
        "quantity": expense.quantity,
        "items": [asdict(item) for item in expense.items],
        "ssn_ticket": expense.ssn_ticket,
        "stamp_duty_cents": expense.stamp_duty_cents,
        "other_fund_refund_cents": expense.other_fund_refund_cents,
        "provider_kind": expense.provider.kind,
        "provider_specialty": expense.provider.specialty,
        "provider_vat_number": expense.provider.vat_number,
        "provider_key": expense.provider.key,
        "extra": dict(expense.extra),
    }


def facts_json(expense: Expense) -> dict[str, Any]:
    """Make the facts of an expense for JSON, for `read_facts`."""
    return facts_row(expense) | {"person_id": _text(expense.person_id), "document_date": str(expense.document_date)}


def _text(identifier: UUID | None) -> str | None:
    # The driver's own UUID class is none that the JSON writer knows.
    return None if identifier is None else str(identifier)


def moved_claim_row(claim: Claim) -> dict[str, Any]:
    """Make the part of a claim's row that its way through the states changes, for JSON."""
    return {
        "claim_id": _text(claim.claim_id),
        "state": claim.state,
        "revision": claim.revision,
        "received_on": claim.received_on,
        "payable_cents": claim.payable_cents,
        "decision_id": _text(claim.decision_id),
        "review": claim.review,
        "suspended_on": claim.suspended_on,
        "lapses_on": claim.lapses_on,
        "missing": [asdict(one) for one in claim.missing],
        "reasons": [asdict(one) for one in claim.reasons],
        "payout_id": _text(claim.payout_id),
        "settled_cents": claim.settled_cents,
        "instalments": [asdict(one) for one in claim.instalments],
        "correction": _correction_row(claim.correction),
        "gross_of_withholding": claim.gross_of_withholding,
        "converted_cents": claim.converted_cents,
    }


def _correction_row(correction: Correction | None) -> dict[str, Any] | None:
    if correction is None:
        return None
    return asdict(correction) | {"previous_decision_id": _text(correction.previous_decision_id)}


def attached_row(claim: Claim, document: AttachedDocument) -> dict[str, Any]:
    """Make the row of a claim's document, for JSON."""
    return {
        "claim_id": _text(claim.claim_id),
        "document_id": _text(document.document_id),
        "kind": document.kind,
        "revision": claim.revision,
    }


def change_row(change: StateChange) -> dict[str, Any]:
    """Make the row of one step of the history, for JSON."""
    return asdict(change) | {"claim_id": _text(change.claim_id)}


def decision_row(fund: str, decision: Decision, received_at: object) -> dict[str, Any]:
    """Make the row of a decision."""
    return asdict(decision) | {"fund": fund, "received_at": received_at}


def read_decision_row(row: Mapping[str, Any]) -> Decision:
    """Make a decision of its row."""
    read = {"outcome", "missing", "reasons", "steps", "instalments"}
    names = (name for name in Decision.__slots__ if name not in read)
    return Decision(
        outcome=Outcome(row["outcome"]),
        missing=tuple(MissingDocument(**one) for one in row["missing"]),
        reasons=tuple(Reason(**one) for one in row["reasons"]),
        steps=tuple(Step(**one) for one in row["steps"]),
        instalments=_instalments(row["instalments"]),
        **{name: row[name] for name in names},
    )


def read_change_row(row: Mapping[str, Any]) -> StateChange:
    """Make one step of a claim's history of its row."""
    return StateChange(
        claim_id=row["claim_id"],
        from_state=ClaimState(row["from_state"]),
        to_state=ClaimState(row["to_state"]),
        at=row["at"],
        actor=row["actor"],
        note=row["note"],
    )
