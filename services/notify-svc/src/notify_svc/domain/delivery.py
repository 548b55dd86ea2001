"""What the answer of the mail relay means for a message."""

from dataclasses import dataclass
from enum import StrEnum

from notify_svc.domain.message_states import MessageState


class Outcome(StrEnum):
    """How one attempt ended."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    # The connection broke after the text was sent and before the relay's answer came.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the relay, or our own preparation, said about one attempt; `code` is the SMTP code where there is one."""

    outcome: Outcome
    reason: str
    code: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how far apart a message is tried.

    Units: seconds; the pause doubles from `base_seconds` up to `longest_seconds`.
    """

    base_seconds: float
    longest_seconds: float
    most_attempts: int

    def pause_seconds(self, attempts: int) -> float:
        """Return the pause after the n-th attempt."""
        doubled: float = self.base_seconds * 2 ** min(attempts - 1, 30)
        return min(doubled, self.longest_seconds)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What becomes of the message; `pause_seconds` counts for a queued one, `reason` for a failed one."""

    state: MessageState
    pause_seconds: float = 0.0
    reason: str | None = None


def next_step(answer: Answer, *, attempts: int, policy: RetryPolicy) -> NextStep:
    """Decide what becomes of a message after its n-th attempt.

    Source: RFC 5321, 4.2.1 (4yz try again, 5yz do not) and 4.5.4.1 (give up after days).
    """
    if answer.outcome is Outcome.ACCEPTED:
        return NextStep(MessageState.DELIVERED)
    if answer.outcome is Outcome.REFUSED:
        return NextStep(MessageState.FAILED, reason=answer.reason)
    if attempts >= policy.most_attempts:
        return NextStep(MessageState.FAILED, reason=f"gave_up_{answer.reason}")
    return NextStep(MessageState.QUEUED, pause_seconds=policy.pause_seconds(attempts))
