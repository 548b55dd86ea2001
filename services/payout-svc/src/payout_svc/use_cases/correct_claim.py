"""Follow the correction of a settled claim."""

from datetime import date
from uuid import UUID

from kit.ids import new_id
from payout_svc.domain.payable import Payable, SourceKind
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.settlement import Settlement
from payout_svc.use_cases.ports import Work
from payout_svc.use_cases.record_payable import record_payable


async def correct_claim(tx: Work, *, correction: Payable, person_id: UUID, payable_cents: int) -> None:
    """Open the difference; one that the member owes nets against later payables. The same decision changes nothing.

    Later instalments stand on the new decision, from which the rules will judge them; none is left of a claim that is
    no longer paid at all.
    """
    settlement = Settlement(
        source_kind=SourceKind.CLAIM_CORRECTION,
        source_id=correction.source_id,
        amount_cents=correction.amount_cents + correction.withheld_cents,
        settled_on=correction.due_on,
        person_id=person_id,
        claim_id=correction.claim_id,
        decision_id=correction.source_id,
    )
    tx.facts.record(settlement, received_at=tx.now)
    record_payable(tx, payable=correction)
    if correction.claim_id is not None:
        await tx.instalments.follow_decision(
            correction.claim_id, decision_id=correction.source_id, still_paid=payable_cents > 0, at=tx.now
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
    withheld_cents: int,
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
        amount_cents=delta_cents - withheld_cents,
        due_on=corrected_on,
        claim_id=claim_id,
        gross_of_withholding=gross_of_withholding,
        withheld_cents=withheld_cents,
    )
