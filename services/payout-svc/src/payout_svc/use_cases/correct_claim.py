"""Follow the correction of a settled claim."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from kit.ids import new_id
from payout_svc.domain.payable import Payable, SourceKind
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.settlement import Settlement
from payout_svc.domain.withholding import withheld_of_difference
from payout_svc.use_cases.ports import Work
from payout_svc.use_cases.record_payable import record_payable


async def correct_claim(tx: Work, *, correction: Payable, claim_id: UUID, person_id: UUID, payable_cents: int) -> None:
    """Open the gross difference less what is withheld of it; one that the member owes nets against later payables.

    The same decision changes nothing.

    Later instalments stand on the new decision, from which the rules will judge them; none is left of a claim that is
    no longer paid at all.
    """
    settlement = Settlement(
        source_kind=SourceKind.CLAIM_CORRECTION,
        source_id=correction.source_id,
        amount_cents=correction.amount_cents,
        settled_on=correction.due_on,
        person_id=person_id,
        claim_id=claim_id,
        decision_id=correction.source_id,
    )
    tx.facts.record(settlement, received_at=tx.now)
    record_payable(tx, payable=await _net(tx, correction, claim_id))
    await tx.instalments.follow_decision(
        claim_id, decision_id=correction.source_id, still_paid=payable_cents > 0, at=tx.now
    )


async def _net(tx: Work, correction: Payable, claim_id: UUID) -> Payable:
    """Withhold by the rate of the day on which the claim was settled first, as if it had been settled right."""
    so_far = await tx.payables.withheld_of(claim_id)
    rate = await tx.tax_rates.in_force(so_far.since or correction.due_on)
    gross = correction.gross_of_withholding
    kept = withheld_of_difference(so_far, correction.amount_cents, rate, gross_of_withholding=gross)
    return replace(
        correction,
        amount_cents=correction.amount_cents - kept,
        withheld_cents=kept,
        gross_of_withholding=gross or kept != 0,
    )


def correction_of(  # noqa: PLR0913 (the fields of the event)
    *,
    claim_id: UUID,
    decision_id: UUID,
    member_id: UUID,
    case_number: str,
    article: str,
    delta_cents: int,
    corrected_on: date,
    gross_of_withholding: bool,
) -> Payable:
    """Make the payable of a gross difference, unique by the decision that made it."""
    return Payable(
        payable_id=new_id(),
        payee_kind=PayeeKind.MEMBER,
        payee_id=member_id,
        source_kind=SourceKind.CLAIM_CORRECTION,
        source_id=decision_id,
        reference=case_number,
        article=article,
        amount_cents=delta_cents,
        due_on=corrected_on,
        claim_id=claim_id,
        gross_of_withholding=gross_of_withholding,
    )
