"""Let the desk answer a review request: the decision stands, or the facts are put right and the rules decide anew."""

from dataclasses import dataclass, replace
from uuid import UUID

from claims_api.domain.appeal import Appeal, AppealOutcome, AppealState, check_second, needs_second_person
from claims_api.domain.case import Case, Claim
from claims_api.domain.correction import change_facts, check_correctable, correct
from claims_api.domain.errors import (
    ClaimNotFound,
    InvalidVerdict,
    MemberNotFound,
    ReviewPending,
    ReviewRequestNotFound,
    StaleRevision,
    WorkItemHeld,
)
from claims_api.domain.events import AppealAnswered
from claims_api.domain.expense import Expense
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.submission import submitted_event
from claims_api.domain.task import TaskKind
from claims_api.use_cases.check_facts import checked_expense
from claims_api.use_cases.decide_claim import coded_reasons
from claims_api.use_cases.desk_ports import FactsPatch
from claims_api.use_cases.find_case import own_documents
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.store_document import require_ready_documents
from claims_api.use_cases.work_queue import queue_review_request
from kit.clock import rome_date
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class AppealAnswer:
    """What the desk says: `patch` with a correction only."""

    outcome: AppealOutcome
    reason_codes: tuple[str, ...]
    patch: FactsPatch | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The request as answered, and the case as it left it."""

    appeal: Appeal
    case: Case


async def answer_review(
    tx: Tx, *, claim_id: UUID, appeal_id: UUID, answer: AppealAnswer, subject: str, terms: FundTerms
) -> Answered:
    """Confirm the decision, or correct it; above the fund's amount a second person confirms the correction.

    Raises: ClaimNotFound, WorkItemHeld, ReviewRequestNotFound, InvalidVerdict, ClaimNotCorrectable, InvalidExpense,
    DocumentsNotReady.
    """
    case, claim, appeal = await _lock(tx, claim_id, appeal_id, AppealState.OPEN, subject)
    corrects = answer.outcome is AppealOutcome.CORRECTED
    if corrects != (answer.patch is not None):
        fault = FieldError("/facts", "facts_with_correction", "A correction has facts, nothing else has any.")
        raise InvalidVerdict("The answer's parts do not go together.", errors=[fault])
    reasons = coded_reasons(terms, answer.outcome, answer.reason_codes, claim)
    answered = replace(
        appeal, reasons=reasons, note=answer.note, answered_by=subject, answered_at=tx.now, state=AppealState.CONFIRMED
    )
    await tx.work.close(claim_id, at=tx.now)
    if answer.patch is None:
        await tx.appeals.answer(answered)
        tx.publish(_event(case, answered, tx))
        tx.audit("review_confirmed", entity="claim", entity_id=claim_id)
        return Answered(answered, case)
    check_correctable(claim)
    facts = await _facts(tx, case, answer.patch.on(claim.expense))
    if needs_second_person(claim, facts, terms.four_eyes_above_cents):
        proposed = replace(answered, state=AppealState.PROPOSED, facts=facts)
        await tx.appeals.answer(proposed)
        await queue_review_request(tx, case=case, claim=claim, terms=terms, appeal=proposed)
        tx.audit("correction_proposed", entity="claim", entity_id=claim_id)
        return Answered(proposed, case)
    corrected = replace(answered, state=AppealState.CORRECTED, facts=facts)
    await _correct(tx, case, claim, corrected)
    return Answered(corrected, case)


async def answer_correction(
    tx: Tx, *, claim_id: UUID, appeal_id: UUID, agree: bool, subject: str, terms: FundTerms
) -> Answered:
    """Confirm a proposed correction as its second person, or send the request back to the queue.

    Raises: ClaimNotFound, WorkItemHeld, ReviewRequestNotFound, SamePersonTwice, ClaimNotCorrectable,
    DocumentsNotReady.
    """
    case, claim, appeal = await _lock(tx, claim_id, appeal_id, AppealState.PROPOSED, subject)
    check_second(appeal, subject)
    await tx.work.close(claim_id, at=tx.now)
    if agree:
        corrected = replace(appeal, state=AppealState.CORRECTED, second_by=subject, second_at=tx.now)
        await _correct(tx, case, claim, corrected)
        return Answered(corrected, case)
    # Who refused and whom is in the audit log: the request waits for a new answer.
    reopened = replace(appeal, state=AppealState.OPEN, reasons=(), facts=None, answered_by=None, answered_at=None)
    await tx.appeals.answer(reopened)
    await queue_review_request(tx, case=case, claim=claim, terms=terms, appeal=reopened)
    tx.audit("correction_refused", entity="claim", entity_id=claim_id, proposed_by=appeal.answered_by)
    return Answered(reopened, case)


async def edit_facts(tx: Tx, *, claim_id: UUID, patch: FactsPatch, revision: int, reason: str, subject: str) -> Case:
    """Put the facts of a referred or suspended claim right; the rules decide the new revision.

    Raises: ClaimNotFound, StaleRevision, ReviewPending, WorkItemHeld, ClaimNotCorrectable, InvalidExpense,
    DuplicateExpense.
    """
    case, claim = await _locked_claim(tx, claim_id, subject)
    if claim.revision != revision:
        raise StaleRevision("The claim changed since you read it.", revision=claim.revision)
    if await tx.reviews.open_for(claim_id) is not None:
        raise ReviewPending("A payment on this claim waits for its second person, or for the rules to count it.")
    before = claim.expense
    facts = await _facts(tx, case, patch.on(before))
    change_facts(case, claim, facts, now=tx.now, actor=tx.context.actor)
    await tx.work.close(claim_id, at=tx.now)
    await _resend(tx, case, claim, before, reason)
    tx.audit("claim_facts_changed", entity="claim", entity_id=claim_id, revision=claim.revision)
    return case


async def _lock(
    tx: Tx, claim_id: UUID, appeal_id: UUID, state: AppealState, subject: str
) -> tuple[Case, Claim, Appeal]:
    case, claim = await _locked_claim(tx, claim_id, subject)
    found = [one for one in await tx.appeals.of_claim(claim_id) if one.appeal_id == appeal_id and one.state is state]
    if not found:
        raise ReviewRequestNotFound("No such review request waits for this answer.")
    return case, claim, found[0]


async def _locked_claim(tx: Tx, claim_id: UUID, subject: str) -> tuple[Case, Claim]:
    case = await tx.cases.find_by_claim(claim_id, lock=True)
    if case is None:
        raise ClaimNotFound("There is no such claim.")
    item = await tx.work.lock_for_claim(claim_id)
    if item is not None and item.held_by_other(subject, tx.now):
        raise WorkItemHeld("Another person has this claim in hand.", leased_until=str(item.leased_until))
    return case, case.claim(claim_id)


async def _facts(tx: Tx, case: Case, expense: Expense) -> Expense:
    member = await tx.members.find(case.member_id)
    if member is None:
        raise MemberNotFound("There is no such member.")
    return (await checked_expense(tx, member, expense))[0]


async def _correct(tx: Tx, case: Case, claim: Claim, appeal: Appeal) -> None:
    if appeal.facts is None:
        raise ValueError("a correction has facts")
    before = claim.expense
    claim.attach(await own_documents(tx, document_ids=appeal.document_ids, member_id=case.member_id))
    # A paper of the request may have been erased since, and the database sends no claim that rests on it.
    await require_ready_documents(tx, document_ids=appeal.document_ids)
    reason = appeal.reasons[0].text_it if appeal.reasons else appeal.reason
    correct(case, claim, appeal.facts, reason=reason, now=tx.now, actor=tx.context.actor)
    await tx.appeals.answer(appeal)
    await _resend(tx, case, claim, before, reason)
    tx.publish(_event(case, appeal, tx))
    tx.audit("claim_corrected", entity="claim", entity_id=claim.claim_id, revision=claim.revision)


async def _resend(tx: Tx, case: Case, claim: Claim, before: Expense, reason: str) -> None:
    member = await tx.members.find(case.member_id)
    if member is None:
        raise MemberNotFound("There is no such member.")
    # First out of its decided state: a paid claim has its amount in euro, new facts have none before the decision.
    await tx.cases.save(case)
    await tx.cases.change_facts(claim, before=before, reason=reason)
    await tx.tasks.close(TaskKind.MISSING_DOCUMENTS, claim.claim_id, at=tx.now)
    tx.publish(submitted_event(case, claim, member))


def _event(case: Case, appeal: Appeal, tx: Tx) -> AppealAnswered:
    return AppealAnswered(
        review_request_id=appeal.appeal_id,
        claim_id=appeal.claim_id,
        case_id=case.case_id,
        case_number=case.number,
        member_id=case.member_id,
        outcome=AppealOutcome(appeal.state),
        answered_on=rome_date(tx.now),
        reasons=list(appeal.reasons),
    )
