"""Take in what the rules say about an instalment."""

from datetime import date

from kit.ids import new_id
from payout_svc.domain.errors import InstalmentNotFound
from payout_svc.domain.instalment import InstalmentAnswer, InstalmentState
from payout_svc.domain.payable import Payable, SourceKind
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.settlement import Settlement
from payout_svc.use_cases.ports import Work
from payout_svc.use_cases.record_payable import record_payable


async def decide_instalment(tx: Work, *, answer: InstalmentAnswer, decided_on: date) -> None:
    """Open what is payable, or record that the instalment is lost and why; a second answer changes nothing.

    Raises: InstalmentNotFound.
    """
    found = await tx.instalments.lock(answer.instalment_id)
    if found is None:
        raise InstalmentNotFound("the answer is about an unknown instalment")
    if found.state is not InstalmentState.ASKED:
        return
    await tx.instalments.decide(answer, at=tx.now)
    settlement = Settlement(
        source_kind=SourceKind.INSTALMENT,
        source_id=found.instalment_id,
        amount_cents=answer.payable_cents,
        settled_on=decided_on,
        person_id=found.person_id,
    )
    tx.facts.record(settlement, received_at=tx.now)
    if answer.payable_cents == 0:
        tx.audit("instalment_lapsed", entity="instalment", entity_id=found.instalment_id)
        return
    payable = Payable(
        payable_id=new_id(),
        payee_kind=PayeeKind.MEMBER,
        payee_id=found.member_id,
        source_kind=SourceKind.INSTALMENT,
        source_id=found.instalment_id,
        reference=found.case_number,
        article=found.article,
        amount_cents=answer.payable_cents - answer.withheld_cents,
        due_on=decided_on,
        claim_id=found.claim_id,
        gross_of_withholding=answer.gross_of_withholding,
        withheld_cents=answer.withheld_cents,
    )
    record_payable(tx, payable=payable)
