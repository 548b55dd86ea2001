"""Ask the rules about the instalments that fall due."""

from kit.clock import rome_date
from payout_svc.domain.events import InstalmentDue
from payout_svc.use_cases.ports import Work

BATCH = 500


async def ask_due_instalments(tx: Work) -> int:
    """Publish each instalment whose month has come, once; return how many there were.

    Nothing is paid before the rules have looked at membership and contributions again (FNM-7.2-R12).
    """
    due = await tx.instalments.take_due(today=rome_date(tx.now), limit=BATCH, at=tx.now)
    for one in due:
        tx.publish(
            InstalmentDue(
                instalment_id=one.instalment_id,
                claim_id=one.claim_id,
                case_id=one.case_id,
                decision_id=one.decision_id,
                member_id=one.member_id,
                person_id=one.person_id,
                article=one.article,
                number=one.number,
                due_on=one.due_on,
                amount_cents=one.amount_cents,
            )
        )
    return len(due)
