"""What payout-svc does with the checks of claims."""

from uuid import UUID

from pydantic import BaseModel

from kit.events import Envelope
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.domain.claim_check import CheckKind, ClaimCheck
from payout_svc.use_cases.record_claim_check import record_claim_check


class ClaimCheckEvent(BaseModel):
    """claims.claim_check_opened.v1 and claims.claim_check_closed.v1."""

    check_id: UUID
    claim_id: UUID
    member_id: UUID
    check: CheckKind
    reason: str


async def claim_check_opened(tx: PayoutsTransaction, event: Envelope, data: ClaimCheckEvent) -> None:
    check = ClaimCheck(data.check_id, data.claim_id, data.member_id, data.check, data.reason, opened_at=event.time)
    await record_claim_check(tx, check=check)


async def claim_check_closed(tx: PayoutsTransaction, event: Envelope, data: ClaimCheckEvent) -> None:
    check = ClaimCheck(data.check_id, data.claim_id, data.member_id, data.check, data.reason, closed_at=event.time)
    await record_claim_check(tx, check=check)
