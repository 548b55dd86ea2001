"""Record what the check of a drawn claim found."""

from uuid import UUID

from claims_api.domain.claim_check import CheckKind, ClosedCheck, check_closed
from claims_api.domain.errors import SampleNotFound
from claims_api.domain.sampling import SampleResult
from claims_api.use_cases.find_case import own_case_of_claim
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date


async def check_sample(tx: Tx, *, claim_id: UUID, result: SampleResult, note: str | None) -> None:
    """Write the result and close item and check: the claim's payment waits no longer.

    Raises: ClaimNotFound, SampleNotFound.
    """
    case = await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=None, lock=True)
    rule = await tx.overdue.put_result(claim_id, result=result, note=note, by=tx.context.actor)
    if rule is None:
        raise SampleNotFound("This claim waits for no check.")
    await tx.work.close_sample(claim_id, at=tx.now)
    closed = ClosedCheck(claim_id, CheckKind.SAMPLING, rule, result)
    tx.publish(check_closed(case, case.claim(claim_id), closed, today=rome_date(tx.now)))
    tx.audit("sample_checked", entity="claim", entity_id=claim_id, result=result)
