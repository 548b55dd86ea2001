"""What a fund fixes about its messages."""

from dataclasses import dataclass

from notify_svc.domain.reminder import ReminderTerms


@dataclass(frozen=True, slots=True)
class FundTerms:
    """The fund's own settings, beside the words of its templates."""

    reminders: ReminderTerms
