"""What a fund has fixed for its direct bookings, apart from the plan of benefits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from booking_api.domain.booking import Booking, Refusal
from booking_api.domain.booking_states import LATE, BookingState, Label
from booking_api.domain.decision import Reason
from booking_api.domain.dispensing import PaperKind
from booking_api.domain.nomenclature import BookableService
from kit.workdays import WorkingDays


@dataclass(frozen=True)
class FundTerms:
    """The terms of one fund.

    Shapes: `services` maps a code of the nomenclature to its service, `refusal_reasons` a code to what an operator may
    refuse with, `state_labels` every state (and `late`) to the fund's words for it.
    Units: `patron` is (month, day); `letter_lead_working_days` are working days before the appointment,
    `dispensing_grace_days` calendar days after it,
    `reschedule_until_working_days` working days before the appointment, `slot_hold_minutes` minutes,
    `agenda_days` calendar days for which an agenda publishes slots,
    `booking_horizon_days` calendar days from the request to the latest appointment that can be booked.
    """

    fund: str
    name: str
    contact_it: str
    contact_en: str
    notice_cite: str
    patron: tuple[int, int]
    letter_lead_working_days: int
    dispensing_grace_days: int
    booking_horizon_days: int
    reschedule_until_working_days: int
    slot_hold_minutes: int
    agenda_days: int
    services: Mapping[str, BookableService]
    refusal_reasons: Mapping[str, Reason]
    state_labels: Mapping[str, Label]
    dispensing_papers: Mapping[str, tuple[PaperKind, ...]] = field(default_factory=dict)

    @cached_property
    def calendar(self) -> WorkingDays:
        """Return the fund's working days."""
        return WorkingDays(patron=self.patron)

    def shown_state(self, booking: Booking) -> Label:
        """Return the fund's word for where a booking stands; one that is only late is not refused (A28)."""
        late = booking.state is BookingState.NOT_AUTHORISED and booking.refusal is Refusal.LATE
        return self.state_labels[LATE if late else booking.state]

    def papers_needed_for(self, service: BookableService) -> tuple[PaperKind, ...]:
        """Return what must be uploaded before a service is dispensed."""
        by_class = self.dispensing_papers.get(service.service_class, ())
        return (*by_class, *self.dispensing_papers.get(service.code, ()))

    def letter_due_on(self, appointment_on: date) -> date:
        """Return the day from which the quota letter is due.

        Source: member guide, "con una seconda email circa due giorni prima dell'appuntamento".
        """
        return self.calendar.shift(appointment_on, -self.letter_lead_working_days)

    def last_day_to_reschedule(self, appointment_on: date) -> date:
        """Return the last day on which the member may move an appointment."""
        return self.calendar.shift(appointment_on, -self.reschedule_until_working_days)

    def dispensing_ends_at(self, appointment_at: datetime) -> datetime:
        """Return the moment after which an authorised booking that was not dispensed expires."""
        return appointment_at + timedelta(days=self.dispensing_grace_days)
