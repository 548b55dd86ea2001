"""A direct booking: from the request to the closed invoice."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from booking_api.domain.booking_item import BookedItem, CountedService, total_cents
from booking_api.domain.booking_states import LABELS_IT, TRANSITIONS, UNDECIDED, BookingState
from booking_api.domain.decision import Decision, Outcome, Reason, Step
from booking_api.domain.errors import AppointmentNotYet, AppointmentStarted, TransitionForbidden
from booking_api.domain.invoice import Difference, ProviderInvoice, differences
from booking_api.domain.notice import Notice
from kit.clock import rome_date

NOT_AUTHORISED_AS_GIVEN: Final = "not_authorised_as_given"


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
    `checked_documents` are the papers that an operator has seen, as the plan's rules name them; `items` is what was
    authorised, `dispensed_items` what was given of it; a `revision` above `decided_revision` waits for its decision;
    `differences` are the exact reasons of a suspension; `surname`, by which a desk finds it, is told when it is made.
    Units: `price_cents` is the price agreed for the day of the appointment, of what was given once it was decided anew;
    moments are aware UTC.
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
    renews: UUID | None = None
    paid_on: date | None = None
    items: tuple[BookedItem, ...] = ()
    dispensed_items: tuple[BookedItem, ...] = ()
    revision: int = 1
    decided_revision: int = 1
    differences: tuple[Difference, ...] = ()
    arrived_at: datetime | None = None
    variation_of: UUID | None = None
    campaign: str | None = None
    surname: str = ""
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
    def counted(self) -> tuple[CountedService, ...]:
        """Return what was asked for, without its prices."""
        return tuple(CountedService(one.service_code, one.quantity, one.teeth) for one in self.items)

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

    def require_dispensable(self) -> None:
        """Refuse early what nobody can dispense now; what is suspended is corrected instead.

        Raises: TransitionForbidden.
        """
        if self.state is BookingState.SUSPENDED:
            raise self._forbidden(BookingState.DISPENSED)
        self.require(BookingState.DISPENSED)

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

    def cancel(self, *, at: datetime, actor: str, reason: str | None = None) -> None:
        """Cancel the booking, which is possible until the appointment begins."""
        if at >= self.appointment_at and BookingState.CANCELLED in self.reachable:
            raise self._started()
        self._move(BookingState.CANCELLED, at=at, actor=actor, reason=reason)

    def expire(self, *, at: datetime, actor: str) -> None:
        """Let the booking lapse after its term."""
        self._move(BookingState.EXPIRED, at=at, actor=actor, reason=None)

    def dispense(self, items: tuple[BookedItem, ...], *, dispensed_on: date, at: datetime, actor: str) -> None:
        """Record what was given; less than what was authorised is decided anew under a higher revision."""
        self.require_dispensable()
        self._move(BookingState.DISPENSED, at=at, actor=actor, reason=None)
        self._report(items, dispensed_on)

    def correct(self, items: tuple[BookedItem, ...], *, dispensed_on: date, at: datetime, actor: str) -> None:
        """Record another report instead of the one before; possible until the booking is closed."""
        self.reopen(at=at, actor=actor)
        self._report(items, dispensed_on)

    def reopen(self, *, at: datetime, actor: str) -> None:
        """Take a suspended booking back to what was dispensed, for another invoice.

        Raises: TransitionForbidden when it is neither dispensed nor suspended.
        """
        if self.state is BookingState.SUSPENDED:
            self._move(BookingState.DISPENSED, at=at, actor=actor, reason="corrected")
        elif self.state is not BookingState.DISPENSED:
            raise self._forbidden(BookingState.DISPENSED)
        self.differences = tuple(one for one in self.differences if one.code == NOT_AUTHORISED_AS_GIVEN)

    def arrive(self, *, at: datetime) -> None:
        """Note that the person has come to the facility; the first time counts.

        Raises: TransitionForbidden without a letter; AppointmentNotYet before the day of the appointment.
        """
        self.require_dispensable()
        if rome_date(at) < self.appointment_on:
            message = f"L'appuntamento è il {self.appointment_on:%d/%m/%Y}"
            raise AppointmentNotYet(message, appointment_at=self.appointment_at.isoformat())
        self.arrived_at = self.arrived_at or at

    def _report(self, items: tuple[BookedItem, ...], dispensed_on: date) -> None:
        # Once something was decided anew, the first decision no longer stands: what comes back to it is decided too.
        if self.revision > 1 or total_cents(items) != self.price_cents:
            self.revision += 1
        self.dispensed_items, self.dispensed_on, self.differences = items, dispensed_on, ()

    @property
    def waits_for_decision(self) -> bool:
        """Say whether what was given is being decided anew."""
        return self.revision > self.decided_revision

    def redecides(self, decision: Decision) -> bool:
        """Say whether a decision is the awaited one on what was given."""
        given = self.state in {BookingState.DISPENSED, BookingState.SUSPENDED}
        return given and self.waits_for_decision and decision.revision == self.revision

    def redecide(self, decision: Decision) -> None:
        """Take the decision on what was given: its shares, or the reason why nobody can close it.

        Raises: ValueError when the shares do not make up the price of what was given.
        """
        self._take(decision)
        self.decided_revision = decision.revision
        if decision.outcome is not Outcome.PAY:
            why = decision.reasons[0] if decision.reasons else Reason("not_decided", None, "Da valutare", "To assess")
            self.differences = (Difference(NOT_AUTHORISED_AS_GIVEN, why.text_it, why.text_en),)
            return
        price = decision.fund_share_cents + decision.member_share_cents
        if price != total_cents(self.dispensed_items):
            raise ValueError(f"the shares make {price}, what was given costs {total_cents(self.dispensed_items)}")
        self.price_cents, self.differences = price, ()
        self.authorisation = replace(
            self.granted, fund_share_cents=decision.fund_share_cents, member_share_cents=decision.member_share_cents
        )

    def settle(self, invoice: ProviderInvoice | None, *, at: datetime, actor: str) -> None:
        """Close what matches its authorisation to the cent; suspend what differs; wait for what is missing.

        Source: issue of the network, "tolerance zero on the fund's share; differences suspended with the exact reason".
        """
        if invoice is None:
            return
        if not self.differences:
            share = None if self.waits_for_decision else self.granted.fund_share_cents
            self.differences = differences(invoice, self.dispensed_items, fund_share_cents=share)
        if self.differences:
            if self.state is BookingState.DISPENSED:
                self._move(BookingState.SUSPENDED, at=at, actor=actor, reason=self.differences[0].code)
        elif not self.waits_for_decision:
            self._close(at=at, actor=actor, reason=None)

    def release(self, *, at: datetime, actor: str, reason: str) -> None:
        """Close what is suspended with the authorised shares: the fund pays these and nothing else."""
        if self.waits_for_decision or any(one.code == NOT_AUTHORISED_AS_GIVEN for one in self.differences):
            raise self._forbidden(BookingState.CLOSED)
        self._close(at=at, actor=actor, reason=reason)

    def pay_out(self, *, paid_on: date, at: datetime, actor: str) -> None:
        """Record that the fund's share has gone to the facility."""
        self._move(BookingState.SETTLED, at=at, actor=actor, reason=None)
        self.paid_on = paid_on

    def take_payment_back(self, *, at: datetime, actor: str, reason: str) -> None:
        """Record that the bank sent the fund's share back; the booking stays closed since its day."""
        self._move(BookingState.CLOSED, at=at, actor=actor, reason=reason)
        self.paid_on = None

    def _close(self, *, at: datetime, actor: str, reason: str | None) -> None:
        self._move(BookingState.CLOSED, at=at, actor=actor, reason=reason)
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
