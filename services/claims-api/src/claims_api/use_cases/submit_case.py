"""Send a draft case with the three consents."""

from collections.abc import Mapping
from uuid import UUID

from claims_api.domain.case import Case
from claims_api.domain.submission import Consent, check_consents, submit, submitted_event
from claims_api.use_cases.find_case import lock_own_case
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date


async def submit_case(
    tx: Tx, *, case_id: UUID, owner_member_id: UUID | None, consents: Mapping[Consent, bool]
) -> tuple[Case, Mapping[UUID, str]]:
    """Send every claim of the case to the rules, with the facts of today; return the case and its persons' names.

    Raises: CaseNotFound, CaseNotDraft, CaseEmpty, ConsentsMissing.
    """
    check_consents(consents)
    case, member = await lock_own_case(tx, case_id=case_id, owner_member_id=owner_member_id)
    sent = submit(case, now=tx.now, today=rome_date(tx.now), actor=tx.context.actor)
    await tx.cases.save(case, consents=tuple(Consent))
    for claim in sent:
        tx.publish(submitted_event(case, claim, member))
    tx.audit("case_submitted", entity="case", entity_id=case_id, claims=len(sent))
    return case, {person.person_id: person.full_name for person in member.persons}
