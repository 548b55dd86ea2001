"""Put a claim into a draft case."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from claims_api.domain.case import Case, Claim
from claims_api.domain.errors import DuplicateExpense
from claims_api.domain.expense import Expense
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.member import Person
from claims_api.domain.paper import check_reuse, with_papers
from claims_api.domain.submission import check_draft
from claims_api.use_cases.check_facts import checked_expense
from claims_api.use_cases.find_case import lock_own_case, own_documents
from claims_api.use_cases.ports import DuplicateOf, Tx
from claims_api.use_cases.read_papers import papers_of
from kit.errors import FieldError
from kit.ids import new_id


@dataclass(frozen=True, slots=True)
class AddedClaim:
    """The new claim, its case and its person's name."""

    case: Case
    claim: Claim
    person: Person


async def add_claim(
    tx: Tx,
    *,
    case_id: UUID,
    owner_member_id: UUID | None,
    expense: Expense,
    document_ids: Sequence[UUID],
    terms: FundTerms,
) -> AddedClaim:
    """Check an expense and put it into the case as a draft claim, with the papers that the person gave before.

    Raises: CaseNotFound, CaseNotDraft, InvalidExpense, UnknownArticle, PlanUnknown, PersonNotFound, DocumentNotFound,
    DuplicateExpense.
    """
    case, member = await lock_own_case(tx, case_id=case_id, owner_member_id=owner_member_id)
    check_draft(case)
    expense, person = await checked_expense(tx, member, expense)
    documents = await own_documents(tx, document_ids=document_ids, member_id=case.member_id)
    papers = await papers_of(tx, member, terms, article=expense.article)
    check_reuse(documents, papers, expense)
    expense, documents = with_papers(expense, documents, papers)
    claim = Claim(claim_id=new_id(), expense=expense, documents=documents)
    _refuse_duplicate(await tx.cases.duplicate_of(expense))
    if not await tx.cases.add_claim(case, claim):
        # Somebody added the same expense since the look above: the database refused it, now it can be named.
        _refuse_duplicate(await tx.cases.duplicate_of(expense))
        raise DuplicateExpense("This expense was already claimed.")
    case.claims.append(claim)
    tx.audit("claim_added", entity="claim", entity_id=claim.claim_id, person_id=person.person_id)
    return AddedClaim(case, claim, person)


def _refuse_duplicate(first: DuplicateOf | None) -> None:
    if first is None:
        return
    fault = FieldError(
        "/document_number", "A80", f"This document was already claimed for this person in case {first.case_number}."
    )
    if first.booking_id is not None:
        message = f"The fund paid this document directly to the facility, booking {first.case_number}."
        fault = FieldError("/document_number", "A80", message)
        raise DuplicateExpense(
            message, errors=[fault], booking_id=str(first.booking_id), booking_code=first.case_number
        )
    raise DuplicateExpense(
        fault.message,
        errors=[fault],
        claim_id=str(first.claim_id),
        case_id=str(first.case_id),
        case_number=first.case_number,
    )
