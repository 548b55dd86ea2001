"""Record what the check of a drawn claim found."""

from enum import StrEnum
from uuid import UUID

from claims_api.domain.case import Claim
from claims_api.domain.errors import SamePersonTwice, SampleNotFound
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.sampling import SampleResult
from claims_api.use_cases.apply_finding import apply_finding, close_checks
from claims_api.use_cases.find_case import own_case_of_claim
from claims_api.use_cases.ports import Tx

# The plan's fact for a check that went badly (1.3-R18).
_FAILED = ("sample_check", "failed")
_REASON = "Esito negativo del controllo a campione (1.3)."


class SampleStep(StrEnum):
    """What the result did: it waits for a second person, the rules decide anew, or the check is closed."""

    PROPOSED = "proposed"
    CORRECTING = "correcting"
    CLOSED = "closed"


async def check_sample(
    tx: Tx, *, claim_id: UUID, result: SampleResult, note: str | None, subject: str, terms: FundTerms
) -> SampleStep:
    """Write the result and close the item; an irregular claim is decided anew, and waits until it is.

    Above the fund's amount two persons find a claim irregular.
    Raises: ClaimNotFound, SampleNotFound, SamePersonTwice, ClaimNotCorrectable, ReviewPending.
    """
    case = await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=None, lock=True)
    claim = case.claim(claim_id)
    sample = await tx.checks.waiting_sample(claim_id)
    if sample is None:
        raise SampleNotFound("This claim waits for no check.")
    irregular = result is SampleResult.IRREGULAR
    if irregular and concerns_much(claim, terms):
        if sample.proposed_by is None:
            await tx.checks.propose_result(claim_id, by=subject, note=note)
            tx.audit("sample_irregular_proposed", entity="claim", entity_id=claim_id)
            return SampleStep.PROPOSED
        if sample.proposed_by == subject:
            raise SamePersonTwice("The second person must be another than the one who proposed.")
    await tx.checks.put_result(claim_id, result=result, note=note, by=subject)
    await tx.work.close_sample(claim_id, at=tx.now)
    tx.audit("sample_checked", entity="claim", entity_id=claim_id, result=result, proposed_by=sample.proposed_by)
    if irregular and await apply_finding(tx, case=case, claim=claim, fact=_FAILED, reason=_REASON):
        return SampleStep.CORRECTING
    await close_checks(tx, case=case, claim=claim)
    return SampleStep.CLOSED


def concerns_much(claim: Claim, terms: FundTerms) -> bool:
    """Say whether more is at stake than one person may decide alone; what is not in euro yet counts as much."""
    if claim.requested_cents is None:
        return True
    at_stake = max(claim.payable_cents or 0, claim.settled_cents or 0) or claim.requested_cents
    return at_stake > terms.four_eyes_above_cents
