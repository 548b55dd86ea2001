"""Cases and claims in PostgreSQL."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists

from claims_api.adapters import case_statements as sql
from claims_api.adapters.case_rows import (
    attached_row,
    change_row,
    decision_row,
    facts_json,
    facts_row,
    moved_claim_row,
    new_claim_row,
    read_case_row,
    read_change_row,
    read_claim_row,
    read_decision_row,
)
from claims_api.adapters.constraints import refused_by
from claims_api.adapters.duplicate_statements import RESEMBLING
from claims_api.adapters.member_rows import read_member_row
from claims_api.adapters.service_level_statements import SERVICE_LEVELS
from claims_api.adapters.tables import CLAIM, CLAIM_CASE
from claims_api.domain.case import Case, Claim, StateChange
from claims_api.domain.decision import Decision
from claims_api.domain.errors import DuplicateExpense
from claims_api.domain.expense import Expense
from claims_api.domain.member import Member
from claims_api.domain.service_level import ServiceLevel
from claims_api.domain.submission import Consent, GivenConsent
from claims_api.use_cases.desk_ports import Resemblance
from claims_api.use_cases.ports import CaseDetail, CaseFilter, DuplicateOf
from kit.transaction import Transaction


def _with_claim(statement: Select[Any], wanted: CaseFilter) -> Select[Any]:
    """Keep the cases of which one and the same claim answers all that is asked of claims."""
    asked = []
    if wanted.person_id is not None:
        asked.append(CLAIM.c.person_id == wanted.person_id)
    if wanted.document_from is not None:
        asked.append(CLAIM.c.document_date >= wanted.document_from)
    if wanted.document_to is not None:
        asked.append(CLAIM.c.document_date <= wanted.document_to)
    return statement.where(exists().where(CLAIM.c.case_id == CLAIM_CASE.c.case_id, *asked)) if asked else statement


@dataclass(slots=True)
class HeldCases:
    """Cases that were read and locked together for a batch of events; what changes in them is written together."""

    by_claim: dict[UUID, Case] = field(default_factory=dict)
    changed: dict[UUID, Case] = field(default_factory=dict)


class PostgresCaseStore:
    """The port CaseStore over one open transaction."""

    def __init__(self, tx: Transaction, held: HeldCases) -> None:
        self._tx = tx
        self._conn = tx.conn
        self._context = tx.context
        self._held = held

    async def add(self, case: Case, *, year: int) -> str:
        values = {
            "fund": self._context.fund,
            "year": year,
            "case_id": case.case_id,
            "member_id": case.member_id,
            "channel": case.channel,
            "created_at": case.created_at,
        }
        return str((await self._conn.execute(sql.ADD_CASE, values)).scalar_one())

    async def find(self, case_id: UUID) -> Case | None:
        return await self._case(sql.CASE_BY_ID, case_id=case_id)

    async def hold(self, claim_ids: Sequence[UUID]) -> None:
        """Read and lock the cases of these claims, for who asks for them before the transaction settles."""
        rows = (await self._conn.execute(sql.LOCK_CASES_BY_CLAIMS, {"claim_ids": list(claim_ids)})).mappings().all()
        claims = await self._claims([row["case_id"] for row in rows])
        for row in rows:
            case = read_case_row(dict(row), claims[row["case_id"]])
            self._held.by_claim |= {claim.claim_id: case for claim in case.claims}

    async def find_by_claim(self, claim_id: UUID, *, lock: bool = False) -> Case | None:
        if claim_id in self._held.by_claim:
            return self._held.by_claim[claim_id]
        return await self._case(sql.LOCK_CASE_BY_CLAIM if lock else sql.CASE_BY_CLAIM, claim_id=claim_id)

    async def lock_with_member(self, case_id: UUID) -> tuple[Case, Member] | None:
        rows = await self._conn.execute(sql.LOCK_CASE_WITH_MEMBER, {"case_id": case_id})
        row = rows.mappings().one_or_none()
        if row is None:
            return None
        prefix = sql.MEMBER_PREFIX
        member = {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
        claims = await self._claims([case_id])
        return read_case_row(dict(row), claims[case_id]), read_member_row(member)

    async def _case(self, statement: Select[Any], **key: UUID) -> Case | None:
        row = (await self._conn.execute(statement, key)).mappings().one_or_none()
        if row is None:
            return None
        # Read after the lock, in a statement of its own: the one that waited saw the claims of before.
        claims = await self._claims([row["case_id"]])
        return read_case_row(dict(row), claims[row["case_id"]])

    async def _claims(self, case_ids: Sequence[UUID]) -> Mapping[UUID, list[Claim]]:
        grouped: dict[UUID, list[Claim]] = defaultdict(list)
        for row in (await self._conn.execute(sql.CLAIMS_OF_CASES, {"case_ids": case_ids})).mappings():
            grouped[row["case_id"]].append(read_claim_row(dict(row)))
        return grouped

    async def duplicate_of(self, expense: Expense) -> DuplicateOf | None:
        values = {
            "fund": self._context.fund,
            "person_id": expense.person_id,
            "document_date": expense.document_date,
            "document_number_key": expense.document_number_key,
            "provider_key": expense.provider.key,
        }
        row = (await self._conn.execute(sql.DUPLICATE, values)).one_or_none()
        return DuplicateOf(*row) if row else None

    async def add_claim(self, case: Case, claim: Claim) -> bool:
        row = new_claim_row(self._context.fund, case, claim)
        if (await self._conn.execute(sql.ADD_CLAIM, row)).scalar_one_or_none() is None:
            return False
        if claim.documents:
            rows = [attached_row(claim, document) | {"fund": self._context.fund} for document in claim.documents]
            await self._conn.execute(sql.ADD_DOCUMENTS, rows)
        return True

    async def save(self, case: Case, *, consents: Mapping[Consent, str] | None = None) -> None:
        if any(case is held for held in self._held.by_claim.values()):
            self._held.changed[case.case_id] = case
            return
        self._write(case, consents or {})
        await self._tx.settle()

    def write_held(self) -> None:
        """Gather what changed in the cases that are held, and let go of them."""
        changed = list(self._held.changed.values())
        self._held.by_claim.clear()
        self._held.changed.clear()
        for case in changed:
            self._write(case, {})

    def _write(self, case: Case, consents: Mapping[Consent, str]) -> None:
        moved = {change.claim_id for change in case.changes}
        claims = [claim for claim in case.claims if claim.claim_id in moved]
        values = {
            "case_id": case.case_id,
            "fund": self._context.fund,
            "state": case.state,
            "submitted_at": case.submitted_at,
            "received_on": case.received_on,
            "settled_on": case.settled_on,
            "postmarked_on": case.postmarked_on,
            "held_until": case.held_until,
            "released_at": case.released_at,
            "now": self._context.now,
            "actor": self._context.actor,
            "member_id": case.member_id,
            "consents": [{"kind": kind, "version": version} for kind, version in consents.items()],
            "documents": [attached_row(claim, document) for claim in claims for document in claim.documents],
            "changes": [change_row(change) for change in case.changes],
            "claims": [moved_claim_row(claim) for claim in claims],
        }
        self._tx.gather(sql.SAVE_CASES, values)
        case.changes.clear()

    async def change_facts(self, claim: Claim, *, before: Expense, reason: str) -> None:
        row = {
            "claim_id": claim.claim_id,
            "revision": claim.revision,
            "fund": self._context.fund,
            "before": facts_json(before),
            "reason": reason,
            "at": self._context.now,
            "actor": self._context.actor,
        }
        await self._conn.execute(sql.ADD_FACT_CHANGE, row)
        changed = sql.CHANGE_FACTS.values(facts_row(claim.expense))
        with refused_by("claim_expense", DuplicateExpense("Another claim has this expense.")):
            await self._conn.execute(changed, {"of_claim": claim.claim_id})

    async def consents_of(self, member_id: UUID) -> Sequence[GivenConsent]:
        rows = await self._conn.execute(sql.CONSENTS_OF, {"member_id": member_id})
        return [GivenConsent(Consent(row.kind), row.version, row.given_at) for row in rows]

    def add_decision(self, decision: Decision) -> None:
        self._tx.gather(sql.ADD_DECISIONS, decision_row(self._context.fund, decision, self._context.now))

    async def overdue(self, today: date, limit: int) -> list[tuple[str, UUID]]:
        rows = await self._conn.execute(sql.OVERDUE, {"today": today, "most": limit})
        return [(row.fund, row.claim_id) for row in rows]

    async def come_to_their_turn(self, today: date, limit: int) -> list[tuple[str, UUID]]:
        rows = await self._conn.execute(sql.COME_TO_THEIR_TURN, {"today": today, "most": limit})
        return [(row.fund, row.case_id) for row in rows]

    async def similar_to(self, case_id: UUID) -> Mapping[UUID, str]:
        rows = await self._conn.execute(sql.SIMILAR, {"case_id": case_id})
        return {row.claim_id: row.case_number for row in rows}

    async def resembling(self, case_id: UUID) -> list[Resemblance]:
        rows = (await self._conn.execute(RESEMBLING, {"case_id": case_id})).mappings()
        return [
            Resemblance(
                **{name: value for name, value in row.items() if not name.startswith("same_")},
                same=tuple(name.removeprefix("same_") for name, value in row.items() if name[:5] == "same_" and value),
            )
            for row in rows
        ]

    async def service_levels(self, since: datetime, until: datetime) -> list[ServiceLevel]:
        rows = await self._conn.execute(SERVICE_LEVELS, {"since": since, "until": until})
        return [ServiceLevel(**row) for row in rows.mappings()]

    async def page(self, wanted: CaseFilter) -> tuple[list[Case], Mapping[UUID, str]]:
        statement = sql.CASES.limit(wanted.limit)
        if wanted.member_id is not None:
            statement = statement.where(CLAIM_CASE.c.member_id == wanted.member_id)
        if wanted.before is not None:
            statement = statement.where(CLAIM_CASE.c.case_id < wanted.before)
        if wanted.state is not None:
            statement = statement.where(CLAIM_CASE.c.state == wanted.state)
        if wanted.states is not None:
            statement = statement.where(CLAIM_CASE.c.state.in_(sorted(wanted.states)))
        if wanted.requested_from is not None:
            statement = statement.where(CLAIM_CASE.c.received_on >= wanted.requested_from)
        if wanted.requested_to is not None:
            statement = statement.where(CLAIM_CASE.c.received_on <= wanted.requested_to)
        statement = _with_claim(statement, wanted)
        rows = [dict(row) for row in (await self._conn.execute(statement)).mappings()]
        claims = await self._claims([row["case_id"] for row in rows])
        cases = [read_case_row(row, claims[row["case_id"]]) for row in rows]
        return cases, await self._names(cases)

    async def _names(self, cases: Sequence[Case]) -> Mapping[UUID, str]:
        person_ids = {claim.expense.person_id for case in cases for claim in case.claims}
        rows = await self._conn.execute(sql.PERSON_NAMES, {"person_ids": list(person_ids)})
        return {row.person_id: row.name for row in rows}

    async def detail(self, case: Case) -> CaseDetail:
        history: dict[UUID, list[StateChange]] = defaultdict(list)
        for row in (await self._conn.execute(sql.HISTORY, {"case_id": case.case_id})).mappings():
            history[row["claim_id"]].append(read_change_row(dict(row)))
        rows = (await self._conn.execute(sql.DECISIONS, {"case_id": case.case_id})).mappings()
        decisions = {row["claim_id"]: read_decision_row(dict(row)) for row in rows}
        return CaseDetail(case, await self._names([case]), history, decisions)
