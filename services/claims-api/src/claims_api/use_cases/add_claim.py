"""Put a claim into a draft case."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from claims_api.domain.case import Case, Claim
from claims_api.domain.errors import (
    DuplicateExpense,
    InvalidExpense,
    PersonNotFound,
    PlanUnknown,
    UnknownArticle,
)
from claims_api.domain.expense import Expense, check_expense
from claims_api.domain.member import Member, Person
from claims_api.domain.submission import check_draft
from claims_api.use_cases.find_case import lock_own_case, own_documents
from claims_api.use_cases.ports import DuplicateOf, Tx
from kit.clock import rome_date
from kit.errors import FieldError
from kit.ids import new_id


@dataclass(frozen=True, slots=True)
class AddedClaim:
    """The new claim, its case and its person's name."""

    case: Case
    claim: Claim
    person: Person


async def add_claim(
    tx: Tx, *, case_id: UUID, owner_member_id: UUID | None, expense: Expense, document_ids: Sequence[UUID]
) -> AddedClaim:
    """Check an expense and put it into the case as a draft claim.

    Raises: CaseNotFound, CaseNotDraft, InvalidExpense, UnknownArticle, PlanUnknown, PersonNotFound, DocumentNotFound,
    DuplicateExpense.
    """
    check_expense(expense, today=rome_date(tx.now))
    case, member = await lock_own_case(tx, case_id=case_id, owner_member_id=owner_member_id)
    check_draft(case)
    person = _beneficiary(member, expense)
    await _check_article(tx, expense)
    documents = await own_documents(tx, document_ids=document_ids, member_id=case.member_id)
    claim = Claim(claim_id=new_id(), expense=expense, documents=documents)
    _refuse_duplicate(await tx.cases.duplicate_of(expense))
    if not await tx.cases.add_claim(case, claim):
        # Somebody added the same expense since the look above: the database refused it, now it can be named.
        _refuse_duplicate(await tx.cases.duplicate_of(expense))
        raise DuplicateExpense("This expense was already claimed.")
    case.claims.append(claim)
    tx.audit("claim_added", entity="claim", entity_id=claim.claim_id, person_id=person.person_id)
    return AddedClaim(case, claim, person)


def _beneficiary(member: Member, expense: Expense) -> Person:
    person = member.person(expense.person_id)
    if person is None:
        fault = FieldError("/person_id", "person_not_found", "The person does not belong to this member.")
        raise PersonNotFound("The person does not belong to this member.", errors=[fault])
    if not person.covered_on(expense.document_date):
        message = "The person was not registered in the family on the day of the expense (1.2)."
        raise InvalidExpense(message, errors=[FieldError("/person_id", "1.2", message)])
    return person


async def _check_article(tx: Tx, expense: Expense) -> None:
    plans = await tx.plans.all()
    if not plans:
        raise PlanUnknown("The fund's plan is not published yet: try again later.")
    known = {article for plan in plans if plan.in_force_on(expense.document_date) for article in plan.articles}
    asked = [("/article", expense.article)]
    asked += [(f"/items/{i}/article", item.article) for i, item in enumerate(expense.items) if item.article]
    message = "The plan in force on the day of the expense has no such article."
    faults = [FieldError(pointer, "unknown_article", message) for pointer, article in asked if article not in known]
    if faults:
        raise UnknownArticle(message, errors=faults)


def _refuse_duplicate(first: DuplicateOf | None) -> None:
    if first is None:
        return
    message = f"This document was already claimed for this person in case {first.case_number}."
    raise DuplicateExpense(
        message,
        errors=[FieldError("/document_number", "A80", message)],
        claim_id=str(first.claim_id),
        case_id=str(first.case_id),
        case_number=first.case_number,
    )
