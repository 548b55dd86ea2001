"""The day of a reminder has come."""

from notify_svc.domain.reminder import reminder_day
from notify_svc.use_cases.ports import NewMessage, Templates, Tx
from notify_svc.use_cases.queue_message import queue_message

BATCH = 200


async def send_reminders(tx: Tx, *, templates: Templates, wait_seconds: float) -> int:
    """Queue one message for each reminder of the fund that is due and still of use; return how many were taken.

    The reminder's end and its message are one transaction, and the message bears the reminder's id: a restart, or a
    second worker, makes no second one.

    Units: `wait_seconds` of real time pass between noticing a reminder and sending it, for the events on their way.
    """
    taken = await tx.reminders.take_due(today=reminder_day(tx.now), wait_seconds=wait_seconds, limit=BATCH)
    for due in taken:
        if not due.in_time:
            tx.audit("reminder.missed", entity="reminder", entity_id=due.reminder_id, person_id=due.member_id)
            continue
        tx.follow(fund=tx.fund, traceparent=due.traceparent)
        new = NewMessage(due.reminder_id, due.kind.value, due.member_id, due.data)
        await queue_message(tx, templates=templates, new=new)
    return len(taken)
