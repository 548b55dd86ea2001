"""Keep a new booking back while its person has an open one in the system that the fund comes from."""

from booking_api.domain.errors import BookingRejected
from booking_api.domain.nomenclature import ServiceClass
from booking_api.domain.transition import Transition
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.prepare_booking import PreparedBooking
from kit.clock import rome_date
from kit.errors import FieldError


async def guard_new_booking(tx: BookingTransaction, prepared: PreparedBooking, transition: Transition | None) -> None:
    """Refuse a booking for a person with an open one in the old system, and before this one opens.

    It looks at a prepared booking: whose person it is was checked, so nobody learns of a stranger's old bookings.

    Raises: BookingRejected with the rule.
    Source: FASCHIM e-mail, FAQ 2 and 5; a request, a renewal and a variation all open a booking.
    """
    if transition is None:
        return
    states = await tx.foreign.states_of(prepared.booking.person_id)
    dental = prepared.service.service_class is ServiceClass.DENTAL
    ruling = transition.new_opening(rome_date(tx.now), old_states=states, dental=dental)
    if ruling.shut:
        message = f"Prima chiudi la prenotazione aperta in {transition.old_system} per la stessa persona"
        raise BookingRejected(message, errors=[FieldError("/person_id", ruling.cites[0], message)])
