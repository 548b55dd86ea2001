"""What the use cases need from outside."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from kit.events import DomainEvent
from notify_svc.domain.bounce import Bounce
from notify_svc.domain.delivery import Answer, NextStep, Outcome
from notify_svc.domain.mail import Contact, DocumentReference, Message, RenderedMail
from notify_svc.domain.message_states import MessageState
from notify_svc.domain.preferences import Preferences
from notify_svc.domain.reminder import DueReminder, PlannedReminder, ReminderKind


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What an event says about a member; None where it does not speak of it.

    Shapes: `origin` is the counter that `version` belongs to: `contact` or `member`.
    """

    origin: str
    version: int
    member_id: UUID
    first_name: str
    last_name: str
    language: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message as its event asks for it."""

    event_id: UUID
    template: str
    member_id: UUID
    data: Mapping[str, Any]
    document: DocumentReference | None = None


@dataclass(frozen=True, slots=True)
class WantedMessages:
    """Which messages of the history are looked for: all that fits every part that is given."""

    member_id: UUID | None = None
    state: MessageState | None = None
    template: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that one sender holds, with the contact of this moment."""

    message: Message
    contact: Contact
    claim: UUID


@dataclass(frozen=True, slots=True)
class EndedAttempt:
    """How one try of a claimed message ended; `mail` where there was a text to send."""

    claimed: ClaimedMessage
    number: int
    answer: Answer
    mail: RenderedMail | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one sending, as the history shows it; an open one has no outcome yet."""

    sending: int
    number: int
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome | None
    code: int | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class ReminderSource:
    """The event that may call for reminders, with what their messages will need.

    Shapes: `subject_id` is the booking, the claim or the member that the reminders are about.
    """

    event_id: UUID
    kind: ReminderKind
    subject_id: UUID
    member_id: UUID
    opened_at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedBounce:
    """A report that was taken in, and whether the member's address is held since."""

    bounce_id: UUID
    member_id: UUID
    bounce: Bounce
    received_at: datetime
    address_held_since: datetime | None


class ContactStore(Protocol):
    """The projection of the members' contacts."""

    async def apply(self, change: ContactChange) -> bool:
        """Take a change over unless a newer one of the same origin came before; say whether it was taken."""
        ...

    async def find(self, member_id: UUID) -> Contact | None:
        """Return what is known of a member."""
        ...

    async def count_bounce(self, member_id: UUID, *, sent_at: datetime, bounces_to_hold: int) -> bool:
        """Count a failure against the address in use when a message was sent; say whether it is held now."""
        ...


class MessageStore(Protocol):
    """Messages and their attempts."""

    async def add(self, new: NewMessage, state: MessageState) -> UUID | None:
        """Keep a message, or return None when the event has its message already."""
        ...

    async def release_waiting(self, member_id: UUID) -> Sequence[UUID]:
        """Queue the messages that waited for this member's contact."""
        ...

    async def claim_due(self, *, claim: UUID, limit: int, lease_seconds: float) -> Sequence[ClaimedMessage]:
        """Take due messages of every fund that no other sender holds."""
        ...

    async def start_attempts(self, claimed: Sequence[ClaimedMessage], *, lease_seconds: float) -> Mapping[UUID, int]:
        """Write down that attempts begin; return their numbers by message, without those whose claim is lost."""
        ...

    async def finish_attempts(self, ended: Sequence[EndedAttempt], steps: Sequence[NextStep]) -> AbstractSet[UUID]:
        """Write down how attempts ended; return the messages whose claim still held."""
        ...

    async def give_back(self, claim: UUID, *, pause_seconds: float) -> None:
        """Queue what this claim still holds and has not begun to send."""
        ...

    async def recover_abandoned(self) -> Sequence[UUID]:
        """Queue the messages whose sender died."""
        ...

    async def queue_again(self, message_id: UUID, state: MessageState) -> None:
        """Begin a new sending of a message."""
        ...

    async def fail(self, message_id: UUID, *, reason: str) -> None:
        """End a message as failed."""
        ...

    async def hold_queued(self, member_id: UUID) -> Sequence[UUID]:
        """Let a member's queued messages wait for another address."""
        ...

    async def get(self, message_id: UUID, *, member_id: UUID | None, lock: bool = False) -> Message | None:
        """Return a message, of this member only where one is given."""
        ...

    async def find(self, wanted: WantedMessages, *, before: UUID | None, limit: int) -> Sequence[Message]:
        """List messages, newest first, from before a given one."""
        ...

    async def count_undelivered(self, funds: Sequence[str]) -> Mapping[MessageState, int]:
        """Count the messages of these funds that are on their way or have failed."""
        ...

    async def attempts(self, message_id: UUID) -> Sequence[Attempt]:
        """Return the history of a message's attempts, oldest first."""
        ...


class BounceStore(Protocol):
    """Reports about messages that came back."""

    async def add(self, new: Bounce, *, member_id: UUID) -> bool:
        """Keep the report of a sending; False when there is one already."""
        ...

    async def find(self, *, member_id: UUID | None, before: UUID | None, limit: int) -> Sequence[RecordedBounce]:
        """List reports, newest first, from before a given one."""
        ...

    async def of_message(self, message_id: UUID) -> Sequence[RecordedBounce]:
        """Return the reports about a message, newest first."""
        ...


class PreferenceStore(Protocol):
    """What members do without."""

    async def declined(self, member_id: UUID) -> frozenset[str]:
        """Return the names of the messages that a member does not want by e-mail."""
        ...

    async def change(self, preferences: Preferences) -> None:
        """Keep what a member chose in place of what was chosen before."""
        ...


class ReminderStore(Protocol):
    """Reminders that wait for their day."""

    async def plan(self, source: ReminderSource, planned: Sequence[PlannedReminder]) -> None:
        """Keep the reminders of an event in place of earlier ones about the same subject."""
        ...

    async def stop(self, kind: ReminderKind, subject_id: UUID) -> None:
        """Send no more reminders of this kind about a subject."""
        ...

    async def stop_covered(self, kind: ReminderKind, subject_id: UUID, *, on: date) -> None:
        """Drop the reminders that are due by the day on which another message said the same."""
        ...

    async def account_changed(self, member_id: UUID, *, at: datetime) -> None:
        """Keep when a member's account changed, and stop what was asked before."""
        ...

    async def account_changed_at(self, member_id: UUID) -> datetime | None:
        """Return when a member's account changed last."""
        ...

    async def take_due(self, *, today: date, wait_seconds: float, limit: int) -> Sequence[DueReminder]:
        """Take the reminders that have been due for a while, each once, whoever else asks."""
        ...


class Tx(Protocol):
    """The open transaction that a use case works in."""

    @property
    def now(self) -> datetime:
        """Return the moment of the transaction."""
        ...

    @property
    def fund(self) -> str:
        """Return the fund whose rows it sees."""
        ...

    @property
    def contacts(self) -> ContactStore:
        """Return the contacts."""
        ...

    @property
    def messages(self) -> MessageStore:
        """Return the messages."""
        ...

    @property
    def bounces(self) -> BounceStore:
        """Return the reports about messages that came back."""
        ...

    @property
    def preferences(self) -> PreferenceStore:
        """Return what members do without."""
        ...

    @property
    def reminders(self) -> ReminderStore:
        """Return the reminders."""
        ...

    def follow(self, *, fund: str, traceparent: str | None) -> None:
        """Go on for a message's fund, under the trace of the event that led to it."""
        ...

    def publish(self, event: DomainEvent) -> None:
        """Publish an event with this transaction."""
        ...

    def audit(
        self, action: str, *, entity: str, entity_id: object, person_id: UUID | None = None, **details: Any
    ) -> None:
        """Record who did or read what."""
        ...


class Templates(Protocol):
    """The fund's templates."""

    def require(self, fund: str, name: str) -> None:
        """Refuse a template that the fund does not have."""
        ...

    def optional(self, fund: str) -> frozenset[str]:
        """Return the messages that a member may do without."""
        ...
