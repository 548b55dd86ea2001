"""A direct booking: from the request to the closed invoice."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from booking_api.domain.booking_states import LABELS_IT, TRANSITIONS, UNDECIDED, BookingState
from booking_api.domain.decision import Decision, Outcome, Reason, Step
from booking_api.domain.errors import AppointmentStarted, DispensingRejected, TransitionForbidden
from booking_api.domain.invoice import ProviderInvoice, check_dispensing
from booking_api.domain.notice import Notice
from kit.clock import rome_date


class Refusal(StrEnum):
    """Why a booking was not authorised."""

    LATE = "late"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class BookedFacility:
    """The facility as it was when it was booked."""

    facility_id: UUID
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class BookedService:
    """The service as the nomenclature named it when it was booked."""

    code: str
    title_it: str
    title_en: str
    article: str


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The fund's word to the member and to the facility.

    Units: cents; the shares sum to the agreed price.
    """

    code: str
    fund_share_cents: int
    member_share_cents: int
    authorised_at: datetime
    letter_due_on: date


@dataclass(frozen=True, slots=True)
class QuotaLetter:
    """Where the quota letter lies, and the hash of its bytes."""

    document_key: str
    document_sha256: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class StateChange:
    """One change of state, kept for ever."""

    at: datetime
    from_state: BookingState | None
    to_state: BookingState
    actor: str
    reason: str | None


@dataclass(slots=True)
class Booking:
    """One booking.

    Shapes: `changes` are the changes of state since it was loaded, which its store appends to the history;
    `checked_documents` are the papers that an operator has seen, as the plan's rules name them.
    Units: `price_cents` is the price agreed for the day of the appointment; moments are aware UTC.
    """

    booking_id: UUID
    member_id: UUID
    person_id: UUID
    person_name: str
    facility: BookedFacility
    service: BookedService
    doctor: str | None
    appointment_at: datetime
    phone: str
    prescription_document_id: UUID | None
    already_agreed: bool
    channel: str
    requested_at: datetime
    price_cents: int
    notice: Notice
    state: BookingState
    expires_at: datetime
    refusal: Refusal | None = None
    decision_id: UUID | None = None
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()
    authorisation: Authorisation | None = None
    letter: QuotaLetter | None = None
    dispensed_on: date | None = None
    closed_on: date | None = None
    checked_documents: tuple[str, ...] = ()
    replaces: UUID | None = None
    replaced_by: UUID | None = None
    slot_id: UUID | None = None
    changes: list[StateChange] = field(default_factory=list)

    @property
    def appointment_on(self) -> date:
        """Return the day of the appointment in Italy."""
        return rome_date(self.appointment_at)

    @property
    def documents(self) -> tuple[str, ...]:
        """Return the papers that the plan's rules may count on."""
        own = {"prescription"} if self.prescription_document_id else set()
        return tuple(sorted(own | set(self.checked_documents)))

    @property
    def reachable(self) -> frozenset[BookingState]:
        """Return the states that lie open now; a refusal by the rules or by an operator is final, a late one not."""
        if self.state is BookingState.NOT_AUTHORISED and self.refusal is not Refusal.LATE:
            return frozenset()
        return TRANSITIONS[self.state]

    @property
    def granted(self) -> Authorisation:
        """Return the authorisation of a booking that has one.

        Raises: TransitionForbidden when it has none.
        """
        if self.authorisation is None:
            raise self._forbidden(BookingState.DISPENSED)
        return self.authorisation

    def open(self, *, at: datetime, actor: str) -> None:
        """Record that the booking came into being."""
        self.changes.append(StateChange(at, None, self.state, actor, None))

    def refuse_late(self, *, at: datetime, actor: str, reason: Reason) -> None:
        """Refuse the request because the notice is too short."""
        self._move(BookingState.NOT_AUTHORISED, at=at, actor=actor, reason=Refusal.LATE)
        self.refusal = Refusal.LATE
        self.reasons = (reason,)

    def confirm_late(self, *, at: datetime, actor: str, reason: str) -> None:
        """Take a late request on all the same: an operator has found the facility ready.

        Source: member guide, "non confermata entro la data di appuntamento": until the appointment it can be.
        """
        if BookingState.REQUESTED in self.reachable and at >= self.appointment_at:
            raise self._started()
        self._move(BookingState.REQUESTED, at=at, actor=actor, reason=reason)
        self.refusal, self.reasons = None, ()

    def refuse(self, *, at: datetime, actor: str, reason: Reason) -> None:
        """Refuse for good what waits for an operator: a referred request or a late one."""
        if self.state is BookingState.REQUESTED:
            raise self._forbidden(BookingState.NOT_AUTHORISED)
        self._move(BookingState.NOT_AUTHORISED, at=at, actor=actor, reason=reason.code)
        self.refusal, self.reasons = Refusal.DENIED, (reason,)

    def replace(self, successor: UUID, *, at: datetime, actor: str, reason: str) -> None:
        """Give way to the booking that stands for it from now on."""
        self._move(BookingState.REPLACED, at=at, actor=actor, reason=reason)
        self.replaced_by = successor

    def require(self, to: BookingState) -> None:
        """Refuse early what the present state forbids.

        Raises: TransitionForbidden.
        """
        if to not in self.reachable:
            raise self._forbidden(to)

    def awaits(self, decision: Decision, *, at: datetime) -> bool:
        """Say whether a decision still changes this booking: undecided, its term not over, the decision a new one."""
        return self.state in UNDECIDED and at < self.expires_at and self.decision_id != decision.decision_id

    def decide(self, decision: Decision, *, at: datetime, actor: str) -> None:
        """Take a decision that does not authorise: denied, or for a person to judge.

        A decision that pends (a document is missing) goes to a person too: the operations centre asks the member.
        """
        self._take(decision)
        if decision.outcome is Outcome.DENY:
            self._move(BookingState.NOT_AUTHORISED, at=at, actor=actor, reason=Refusal.DENIED)
            self.refusal = Refusal.DENIED
        elif self.state is not BookingState.REFERRED:
            self._move(BookingState.REFERRED, at=at, actor=actor, reason=decision.outcome)

    def authorise(self, decision: Decision, authorisation: Authorisation, *, expires_at: datetime, actor: str) -> None:
        """Authorise the booking with its shares; they must make up the agreed price."""
        shares = authorisation.fund_share_cents + authorisation.member_share_cents
        if shares != self.price_cents:
            raise ValueError(f"the shares make {shares}, the agreed price is {self.price_cents}")
        self._take(decision)
        self._move(BookingState.AUTHORISED, at=authorisation.authorised_at, actor=actor, reason=None)
        self.authorisation = authorisation
        self.expires_at = expires_at

    def send_letter(self, letter: QuotaLetter, *, actor: str) -> None:
        """Record the quota letter."""
        self._move(BookingState.LETTER_SENT, at=letter.issued_at, actor=actor, reason=None)
        self.letter = letter

    def cancel(self, *, at: datetime, actor: str) -> None:
        """Cancel the booking, which is possible until the appointment begins."""
        if at >= self.appointment_at and BookingState.CANCELLED in self.reachable:
            raise self._started()
        self._move(BookingState.CANCELLED, at=at, actor=actor, reason=None)

    def expire(self, *, at: datetime, actor: str) -> None:
        """Let the booking lapse after its term."""
        self._move(BookingState.EXPIRED, at=at, actor=actor, reason=None)

    def dispense(self, invoice: ProviderInvoice, *, dispensed_on: date, at: datetime, actor: str) -> None:
        """Record the service as given and invoiced, and close the booking."""
        self.require(BookingState.DISPENSED)
        faults = check_dispensing(
            invoice,
            dispensed_on=dispensed_on,
            appointment_on=self.appointment_on,
            today=rome_date(at),
            price_cents=self.price_cents,
        )
        if faults:
            raise DispensingRejected("I dati di erogazione non corrispondono all'autorizzazione", errors=faults)
        self._move(BookingState.DISPENSED, at=at, actor=actor, reason=None)
        self.dispensed_on = dispensed_on
        self._move(BookingState.CLOSED, at=at, actor=actor, reason=None)
        self.closed_on = rome_date(at)

    def _take(self, decision: Decision) -> None:
        self.decision_id = decision.decision_id
        self.reasons = decision.reasons
        self.steps = decision.steps

    def _move(self, to: BookingState, *, at: datetime, actor: str, reason: str | None) -> None:
        self.require(to)
        self.changes.append(StateChange(at, self.state, to, actor, reason))
        self.state = to

    def _started(self) -> AppointmentStarted:
        return AppointmentStarted(
            "L'appuntamento è già iniziato: la prenotazione non può più essere cambiata",
            appointment_at=self.appointment_at.isoformat(),
        )

    def _forbidden(self, to: BookingState) -> TransitionForbidden:
        return TransitionForbidden(
            f"La prenotazione è nello stato {LABELS_IT[self.state]}: non può passare a {LABELS_IT[to]}",
            state=str(self.state),
            wanted=str(to),
            allowed=[str(state) for state in BookingState if state in self.reachable],
        )
