"""Look at a draft case before it is sent."""

from dataclasses import dataclass
from uuid import UUID

from claims_api.domain.case_check import ExpectedDates, Finding, Severity, dates_if_received, findings
from claims_api.domain.errors import MemberNotFound
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.submission import check_draft
from claims_api.use_cases.find_case import own_case
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.read_papers import papers_of
from kit.clock import rome_date


@dataclass(frozen=True, slots=True)
class CaseCheck:
    """What was found, and when an answer can be expected if the case is sent today."""

    case_id: UUID
    findings: tuple[Finding, ...]
    expected: ExpectedDates

    @property
    def ready(self) -> bool:
        """Say whether nothing would be refused."""
        return all(one.severity is not Severity.REFUSED for one in self.findings)


async def check_case(tx: Tx, *, case_id: UUID, owner_member_id: UUID | None, terms: FundTerms) -> CaseCheck:
    """Tell what is missing or will be refused; nothing is changed.

    Raises: CaseNotFound, CaseNotDraft.
    """
    case = await own_case(tx, case_id=case_id, owner_member_id=owner_member_id)
    check_draft(case)
    member = await tx.members.find(case.member_id)
    if member is None:
        raise MemberNotFound("There is no such member.")
    today = rome_date(tx.now)
    plans = await tx.plans.all()
    similar = await tx.cases.similar_to(case_id)
    papers = await papers_of(tx, member, terms)
    found = tuple(findings(case, member, plans=plans, similar=similar, terms=terms, today=today, papers=papers))
    tx.audit("case_checked", entity="case", entity_id=case_id, findings=[one.code for one in found])
    return CaseCheck(case_id, found, dates_if_received(terms.queued_on(case.channel, today), terms))
