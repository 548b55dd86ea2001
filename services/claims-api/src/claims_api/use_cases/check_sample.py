"""Record what the check of a drawn claim found."""

from uuid import UUID

from claims_api.domain.errors import SampleNotFound
from claims_api.domain.sampling import SampleResult
from claims_api.use_cases.find_case import own_case_of_claim
from claims_api.use_cases.ports import Tx


async def check_sample(tx: Tx, *, claim_id: UUID, result: SampleResult, note: str | None) -> None:
    """Write the result and close the item; an irregular claim is put right by a correction.

    Raises: ClaimNotFound, SampleNotFound.
    """
    await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=None, lock=True)
    if not await tx.overdue.put_result(claim_id, result=result, note=note, by=tx.context.actor):
        raise SampleNotFound("This claim waits for no check.")
    await tx.work.close(claim_id, at=tx.now)
    tx.audit("sample_checked", entity="claim", entity_id=claim_id, result=result)
