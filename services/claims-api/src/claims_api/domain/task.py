"""What a member has to do now, as the home page shows it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from claims_api.domain.case import Case, Claim
from claims_api.domain.check_up import CheckUp


class TaskKind(StrEnum):
    """The tasks that this service opens."""

    MISSING_DOCUMENTS = "missing_documents"
    NEW_IBAN = "new_iban"
    CHECK_UP_VISIT = "check_up_visit"


@dataclass(frozen=True, slots=True)
class Task:
    """One open task; `subject_id` is the claim or the member that it is about."""

    task_id: UUID
    member_id: UUID
    kind: TaskKind
    subject_id: UUID
    case_id: UUID | None
    text_it: str
    text_en: str
    due_on: date | None
    opened_at: datetime


def missing_documents_task(task_id: UUID, case: Case, claim: Claim, *, now: datetime) -> Task:
    """Ask the member for what a suspended claim lacks."""
    names_it = "; ".join(missing.text_it for missing in claim.missing)
    names_en = "; ".join(missing.text_en for missing in claim.missing)
    return Task(
        task_id=task_id,
        member_id=case.member_id,
        kind=TaskKind.MISSING_DOCUMENTS,
        subject_id=claim.claim_id,
        case_id=case.case_id,
        text_it=f"Pratica {case.number}: mancano documenti. {names_it}",
        text_en=f"Case {case.number}: documents are missing. {names_en}",
        due_on=claim.lapses_on,
        opened_at=now,
    )


def check_up_task(task_id: UUID, visit: CheckUp, *, now: datetime) -> Task:
    """Ask the member for a check-up visit; the task is about the visit."""
    return Task(
        task_id=task_id,
        member_id=visit.member_id,
        kind=TaskKind.CHECK_UP_VISIT,
        subject_id=visit.visit_id,
        case_id=visit.case_id,
        text_it=f"Pratica {visit.case_number}: la Cassa chiede una visita di controllo (1.3).",
        text_en=f"Case {visit.case_number}: the fund asks for a check-up visit (1.3).",
        due_on=visit.due_on,
        opened_at=now,
    )


def held_payment_task(task_id: UUID, member_id: UUID, *, amount_cents: int, now: datetime) -> Task:
    """Ask the member for an account, because a payment waits for one."""
    euro = f"{amount_cents // 100},{amount_cents % 100:02d}"
    return Task(
        task_id=task_id,
        member_id=member_id,
        kind=TaskKind.NEW_IBAN,
        subject_id=member_id,
        case_id=None,
        text_it=f"Un pagamento di {euro} € attende un conto valido: indica il tuo IBAN.",
        text_en=f"A payment of €{euro.replace(',', '.')} waits for a valid account: give your IBAN.",
        due_on=None,
        opened_at=now,
    )


def new_iban_task(task_id: UUID, member_id: UUID, *, iban_last4: str, now: datetime) -> Task:
    """Ask the member for another account after the bank sent a transfer back."""
    return Task(
        task_id=task_id,
        member_id=member_id,
        kind=TaskKind.NEW_IBAN,
        subject_id=member_id,
        case_id=None,
        text_it=f"Il bonifico sul conto che finisce con {iban_last4} è stato respinto: indica un nuovo IBAN.",
        text_en=f"The transfer to the account ending in {iban_last4} was returned: give a new IBAN.",
        due_on=None,
        opened_at=now,
    )
