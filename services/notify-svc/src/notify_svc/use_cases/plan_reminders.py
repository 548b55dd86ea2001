"""An event opens something that waits for the member."""

from collections.abc import Sequence

from notify_svc.domain.reminder import PlannedReminder, ReminderKind
from notify_svc.use_cases.ports import ReminderSource, Tx


async def plan_reminders(tx: Tx, *, source: ReminderSource, planned: Sequence[PlannedReminder]) -> None:
    """Keep the reminders of one event in place of earlier ones; an account given meanwhile needs no reminder."""
    if source.kind is ReminderKind.IBAN:
        changed_at = await tx.reminders.account_changed_at(source.member_id)
        if changed_at is not None and changed_at >= source.opened_at:
            return
    await tx.reminders.plan(source, planned)
