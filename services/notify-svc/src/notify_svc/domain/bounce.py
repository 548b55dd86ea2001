"""What a mail server reports about a message that it had accepted."""

from dataclasses import dataclass
from enum import StrEnum

from notify_svc.domain.return_path import Sending


class Severity(StrEnum):
    """Whether trying again could help: the first digit of the status."""

    HARD = "hard"
    TEMPORARY = "temporary"


class Consequence(StrEnum):
    """What a report did."""

    FAILED = "failed"
    # The message is on its way again, or was failed before: the report is kept, its state stays.
    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    UNMATCHED = "unmatched"
    # A delay, a success, an automatic answer: nothing has failed.
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Bounce:
    """The final failure of one sending.

    Shapes: `status` is the enhanced code, as 5.1.1; `diagnostic` holds the foreign server's words, shortened.
    Source: RFC 3464 (report), RFC 3463 (codes).
    """

    sending: Sending
    status: str
    diagnostic: str

    @property
    def severity(self) -> Severity:
        """Say whether trying again could have helped."""
        return Severity.HARD if self.status.startswith("5") else Severity.TEMPORARY

    @property
    def reason(self) -> str:
        """Return the code that staff and other services read; never an address."""
        for start, reason in _REASONS.items():
            if self.status.startswith(start):
                return f"bounced_{reason}"
        return "bounced"

    @property
    def blames_address(self) -> bool:
        """Say whether the address itself is bad: a full mailbox or a spam filter says nothing about it."""
        return self.severity is Severity.HARD and not self.status.startswith(_NOT_THE_ADDRESS)


_REASONS = {
    # 5.1.7 and 5.1.8 are about the sender's address.
    "5.1.7": "sender_refused",
    "5.1.8": "sender_refused",
    "5.1": "address_unknown",
    "5.2.1": "mailbox_disabled",
    "5.2.2": "mailbox_full",
    "4.2.2": "mailbox_full",
    "5.6": "text_refused",
    "5.7": "refused_by_policy",
    "4": "gave_up",
}
_NOT_THE_ADDRESS = ("5.1.7", "5.1.8", "5.2.2", "5.2.3", "5.3", "5.4", "5.5", "5.6", "5.7")
