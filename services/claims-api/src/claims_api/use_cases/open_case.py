"""Open a case (pratica) as a draft."""

from uuid import UUID

from claims_api.domain.case import Case, Channel
from claims_api.domain.errors import MemberNotFound
from claims_api.domain.filing_consent import Helper
from claims_api.domain.fund_terms import FundTerms
from claims_api.use_cases.help_filing import require_filing_consent
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date
from kit.ids import new_id


async def open_case(
    tx: Tx, *, member_id: UUID, channel: Channel, terms: FundTerms, helper: Helper | None = None
) -> Case:
    """Open an empty draft with the fund's next number.

    Raises: MemberNotFound, FilingConsentMissing.
    """
    if await tx.members.find(member_id) is None:
        raise MemberNotFound("There is no such member.")
    await require_filing_consent(tx, member_id=member_id, channel=channel, helper=helper, terms=terms)
    case = Case(case_id=new_id(), number="", member_id=member_id, channel=channel, created_at=tx.now)
    case.number = await tx.cases.add(case, year=rome_date(tx.now).year)
    tx.audit("case_opened", entity="case", entity_id=case.case_id, channel=channel)
    return case
