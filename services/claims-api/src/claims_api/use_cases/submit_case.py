"""Send a draft case with the three consents."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from claims_api.domain.case import Case
from claims_api.domain.filing_consent import Helper
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.paper_turn import hold
from claims_api.domain.submission import (
    Consent,
    PaperReceipt,
    check_consents,
    check_draft,
    receive_paper,
    standing_consents,
    submit,
    submitted_event,
)
from claims_api.use_cases.find_case import lock_own_case
from claims_api.use_cases.help_filing import require_filing_consent
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.store_document import require_ready_documents
from kit.clock import rome_date


async def submit_case(  # noqa: PLR0913 (who sends what, and on which consents)
    tx: Tx,
    *,
    case_id: UUID,
    owner_member_id: UUID | None,
    consents: Mapping[Consent, bool],
    terms: FundTerms,
    paper: PaperReceipt | None = None,
    helper: Helper | None = None,
) -> tuple[Case, Mapping[UUID, str]]:
    """Send every claim of the case to the rules, with the facts of today; return the case and its persons' names.

    What came on paper waits for its turn first.
    Raises: CaseNotFound, CaseNotDraft, CaseEmpty, ConsentsMissing, InvalidReceipt, DocumentsNotReady,
    FilingConsentMissing.
    """
    case, member = await lock_own_case(tx, case_id=case_id, owner_member_id=owner_member_id)
    check_draft(case)
    await require_filing_consent(tx, member_id=case.member_id, channel=case.channel, helper=helper, terms=terms)
    check_consents(consents, await _standing(tx, case, consents, terms))
    attached = [document.document_id for claim in case.claims for document in claim.documents]
    await require_ready_documents(tx, document_ids=attached)
    today = rome_date(tx.now)
    received_on = receive_paper(case, paper, today=today)
    sent = submit(case, now=tx.now, today=received_on, actor=tx.context.actor)
    held = hold(case, terms.queued_on(case.channel, received_on), today=today)
    await tx.cases.save(case, consents={one: terms.consents[one].version for one in Consent})
    for claim in () if held else sent:
        tx.publish(submitted_event(case, claim, member))
    tx.audit("case_submitted", entity="case", entity_id=case_id, claims=len(sent), channel=case.channel)
    return case, {person.person_id: person.full_name for person in member.persons}


async def _standing(tx: Tx, case: Case, told: Mapping[Consent, bool], terms: FundTerms) -> Mapping[Consent, datetime]:
    """Return what was consented to before; nobody need look where every consent is told."""
    if all(consent in told for consent in Consent):
        return {}
    return standing_consents(await tx.cases.consents_of(case.member_id), terms.consents)
