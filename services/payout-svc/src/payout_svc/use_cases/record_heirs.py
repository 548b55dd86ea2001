"""Record whom a deceased member's balance is paid to, and let another person approve it."""

from dataclasses import replace
from uuid import UUID

from kit.clock import rome_date
from kit.errors import FieldError
from kit.ids import new_id
from payout_svc.domain.errors import ApproverIsRecorder, HeirsInvalid, HeirsNotRecorded, PayeeNotFound
from payout_svc.domain.heir_payee import HeirPayee, HeirState
from payout_svc.domain.italian_iban import is_italian_iban
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.payee_hold import Hold, HoldKind
from payout_svc.use_cases.ports import Work


async def record_heirs(tx: Work, *, heir: HeirPayee) -> HeirPayee:
    """Keep the heirs' account for approval and hold the member's balance until then; a newer record replaces an older.

    Raises: PayeeNotFound, HeirsInvalid.
    """
    if not await tx.payees.exists(PayeeKind.MEMBER, heir.member_id):
        raise PayeeNotFound("nobody with this id is paid by the fund")
    if not is_italian_iban(heir.iban):
        field = FieldError("/iban", "iban", "the form or the check digits are wrong")
        raise HeirsInvalid("the IBAN is not valid", errors=[field])
    if heir.deceased_on > rome_date(tx.now):
        field = FieldError("/deceased_on", "not_in_the_future", "the day must not be later than today")
        raise HeirsInvalid("the day is in the future", errors=[field])
    await tx.heirs.record(heir)
    # Held already when an earlier record is replaced.
    await tx.holds.place(
        Hold(
            hold_id=new_id(),
            payee_kind=PayeeKind.MEMBER,
            payee_id=heir.member_id,
            kind=HoldKind.DECEASED,
            reason="the member is deceased: the heirs' payee waits for approval",
            placed_by=heir.recorded_by,
            placed_at=tx.now,
        )
    )
    tx.audit("heirs_recorded", entity="heir_payee", entity_id=heir.heir_id, person_id=heir.member_id)
    return heir


async def approve_heirs(tx: Work, *, heir_id: UUID, approved_by: str) -> HeirPayee:
    """Pay the member's balance to the heirs from now on; whoever recorded them cannot approve.

    Raises: HeirsNotFound, HeirsNotRecorded, ApproverIsRecorder.
    """
    heir = await tx.heirs.lock(heir_id)
    if heir.state is not HeirState.RECORDED:
        raise HeirsNotRecorded(f"the record is {heir.state.value}: it cannot be approved", state=heir.state.value)
    if heir.recorded_by == approved_by:
        raise ApproverIsRecorder("whoever recorded the heirs cannot approve them: another person must")
    await tx.heirs.approve(heir_id, approved_by=approved_by, at=tx.now)
    await tx.payees.record_heirs(heir)
    await tx.holds.lift_deceased(heir.member_id, lifted_by=approved_by, at=tx.now)
    tx.audit("heirs_approved", entity="heir_payee", entity_id=heir_id, person_id=heir.member_id)
    return replace(heir, state=HeirState.APPROVED, approved_by=approved_by, approved_at=tx.now)
