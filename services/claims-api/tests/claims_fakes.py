"""The ports over plain dictionaries, for unit tests of use cases."""
# ruff: noqa: ARG002 (a fake has the signature of its port)

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from claims_api.domain.bank_account import AccountState, BankAccount
from claims_api.domain.case import Case, Claim
from claims_api.domain.decision import Decision
from claims_api.domain.document import Document
from claims_api.domain.expense import Expense
from claims_api.domain.member import Member
from claims_api.domain.plan import PlanVersion
from claims_api.domain.submission import Consent, GivenConsent
from claims_api.domain.task import Task, TaskKind
from claims_api.domain.work_item import WorkItem
from claims_api.use_cases.ports import CaseDetail, CaseFilter, DuplicateOf
from kit.context import Context
from kit.events import DomainEvent


class FakeMembers:
    def __init__(self) -> None:
        self.by_id: dict[UUID, Member] = {}
        self.accounts: list[BankAccount] = []

    async def lock_by_number(self, number: str) -> Member | None:
        return next((one for one in self.by_id.values() if one.number == number), None)

    async def lock(self, member_id: UUID) -> Member | None:
        return self.by_id.get(member_id)

    find = lock

    async def save(self, member: Member) -> None:
        self.by_id[member.member_id] = member

    async def replace_account(self, account: BankAccount) -> None:
        self.accounts.append(account)
        self.by_id[account.member_id] = replace(self.by_id[account.member_id], bank_account=account)

    async def reject_account(self, account: BankAccount) -> None:
        rejected = replace(account, state=AccountState.REJECTED)
        self.by_id[account.member_id] = replace(self.by_id[account.member_id], bank_account=rejected)

    async def page(self, *, q: str | None, after: str | None, limit: int) -> list[Member]:
        raise AssertionError("lists are tested on the database")


class FakeCases:
    def __init__(self, members: FakeMembers) -> None:
        self.by_id: dict[UUID, Case] = {}
        self.decisions: list[UUID] = []
        self.consents: list[Consent] = []
        self._members = members

    async def add(self, case: Case, *, year: int) -> str:
        number = f"FNM-{year}-{len(self.by_id) + 1:06}"
        self.by_id[case.case_id] = replace(case, number=number)
        return number

    async def find(self, case_id: UUID) -> Case | None:
        return copy.deepcopy(self.by_id.get(case_id))

    async def find_by_claim(self, claim_id: UUID, *, lock: bool = False) -> Case | None:
        holds = (case for case in self.by_id.values() if any(one.claim_id == claim_id for one in case.claims))
        return copy.deepcopy(next(holds, None))

    async def lock_with_member(self, case_id: UUID) -> tuple[Case, Member] | None:
        case = await self.find(case_id)
        return (case, self._members.by_id[case.member_id]) if case else None

    async def duplicate_of(self, expense: Expense) -> DuplicateOf | None:
        return None

    async def add_claim(self, case: Case, claim: Claim) -> bool:
        self.by_id[case.case_id].claims.append(copy.deepcopy(claim))
        return True

    async def save(self, case: Case, *, consents: Mapping[Consent, str] | None = None) -> None:
        saved = copy.deepcopy(case)
        saved.changes.clear()
        self.by_id[case.case_id] = saved
        self.consents.extend(consents or {})

    async def consents_of(self, member_id: UUID) -> Sequence[GivenConsent]:
        return []

    def add_decision(self, decision: Decision) -> None:
        self.decisions.append(decision.decision_id)

    async def overdue(self, today: date, limit: int) -> list[tuple[str, UUID]]:
        raise AssertionError("the search is tested on the database")

    async def page(self, wanted: CaseFilter) -> tuple[list[Case], Mapping[UUID, str]]:
        raise AssertionError("lists are tested on the database")

    async def detail(self, case: Case) -> CaseDetail:
        raise AssertionError("details are tested on the database")


class FakeDocuments:
    def __init__(self) -> None:
        self.all: dict[UUID, Document] = {}

    async def add(self, document: Document) -> None:
        self.all[document.document_id] = document

    async def find(self, document_id: UUID) -> Document | None:
        return self.all.get(document_id)

    async def find_many(self, document_ids: Sequence[UUID]) -> list[Document]:
        return [self.all[one] for one in document_ids if one in self.all]

    async def first_with_content(self, member_id: UUID, sha256: str) -> Document | None:
        return next((one for one in self.all.values() if (one.member_id, one.sha256) == (member_id, sha256)), None)


class FakePlans:
    def __init__(self) -> None:
        self.versions: list[PlanVersion] = []

    async def put(self, plan: PlanVersion) -> None:
        self.versions.append(plan)

    async def all(self) -> list[PlanVersion]:
        return self.versions


class FakeTasks:
    def __init__(self) -> None:
        self.opened: dict[tuple[TaskKind, UUID], Task] = {}

    async def open(self, task: Task) -> None:
        self.opened.setdefault((task.kind, task.subject_id), task)

    async def close(self, kind: TaskKind, subject_id: UUID, *, at: datetime) -> None:
        self.opened.pop((kind, subject_id), None)

    async def open_for(self, member_id: UUID) -> list[Task]:
        return [task for task in self.opened.values() if task.member_id == member_id]


class FakeWork:
    def __init__(self) -> None:
        self.opened: dict[UUID, WorkItem] = {}

    async def open(self, item: WorkItem) -> None:
        self.opened[item.claim_id] = item

    async def close(self, claim_id: UUID, *, at: datetime) -> None:
        self.opened.pop(claim_id, None)

    async def lock_for_claim(self, claim_id: UUID) -> WorkItem | None:
        return self.opened.get(claim_id)


class FakeTx:
    """An open transaction that remembers what it published and audited."""

    def __init__(self, now: datetime) -> None:
        self.context = Context(fund="fnm", actor="member:mario", now=now)
        self.members = FakeMembers()
        self.cases = FakeCases(self.members)
        self.documents = FakeDocuments()
        self.plans = FakePlans()
        self.tasks = FakeTasks()
        self.work = FakeWork()
        self.published: list[Any] = []
        self.audited: list[str] = []

    @property
    def now(self) -> datetime:
        return self.context.now

    @property
    def fund(self) -> str:
        return self.context.fund

    def move_to(self, now: datetime) -> None:
        self.context = replace(self.context, now=now)

    def publish(self, event: DomainEvent) -> None:
        self.published.append(event)

    def audit(
        self, action: str, *, entity: str, entity_id: object, person_id: UUID | None = None, **details: object
    ) -> None:
        self.audited.append(action)
