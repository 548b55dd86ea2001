"""Show cases, claims and how they were decided; every look is audited."""

from collections.abc import Mapping
from uuid import UUID

from claims_api.domain.case import Case
from claims_api.domain.case_event import CaseEvent, timeline
from claims_api.use_cases.desk_ports import Resemblance
from claims_api.use_cases.find_case import own_case, own_case_of_claim
from claims_api.use_cases.ports import CaseDetail, CaseFilter, Tx


async def read_case(tx: Tx, *, case_id: UUID, owner_member_id: UUID | None) -> CaseDetail:
    """Return a case with its history and decisions.

    Raises: CaseNotFound.
    """
    case = await own_case(tx, case_id=case_id, owner_member_id=owner_member_id)
    return await _detail(tx, case)


async def read_claim(tx: Tx, *, claim_id: UUID, owner_member_id: UUID | None) -> CaseDetail:
    """Return the case of a claim with its history and decisions.

    Raises: ClaimNotFound.
    """
    case = await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=owner_member_id)
    return await _detail(tx, case)


async def find_duplicates(tx: Tx, *, case_id: UUID) -> list[Resemblance]:
    """Return papers of the same member that resemble those of a case, in any mode.

    Raises: CaseNotFound.
    """
    await own_case(tx, case_id=case_id, owner_member_id=None)
    tx.audit("duplicates_read", entity="case", entity_id=case_id)
    return await tx.cases.resembling(case_id)


async def read_timeline(tx: Tx, *, case_id: UUID, owner_member_id: UUID | None) -> list[CaseEvent]:
    """Return everything that happened to a case, the first thing first.

    Raises: CaseNotFound.
    """
    detail = await read_case(tx, case_id=case_id, owner_member_id=owner_member_id)
    appeals, visits = await tx.appeals.of_case(case_id), await tx.checks.of_case(case_id)
    return timeline(detail.case, detail.history, appeals, visits)


async def _detail(tx: Tx, case: Case) -> CaseDetail:
    for claim in case.claims:
        tx.audit("claim_read", entity="claim", entity_id=claim.claim_id, person_id=claim.expense.person_id)
    if not case.claims:
        tx.audit("case_read", entity="case", entity_id=case.case_id)
    return await tx.cases.detail(case)


async def list_cases(tx: Tx, *, wanted: CaseFilter) -> tuple[list[Case], Mapping[UUID, str]]:
    """Return one page of cases, newest first, and the names of the persons in them."""
    cases, names = await tx.cases.page(wanted)
    shown = [str(case.case_id) for case in cases]
    tx.audit("cases_listed", entity="case", entity_id="*", shown=shown, person_ids=[str(one) for one in names])
    return cases, names
