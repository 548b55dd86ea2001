"""The change of a facility's company name (ragione sociale): a new position beside the old one."""

from booking_api.domain.errors import NameChangeTooEarly


def check_name_change(*, active: bool) -> None:
    """Refuse the change before the facility's user works here.

    The old position stays for its bookings and payments, new bookings are made on the new one, each names the other.

    Raises: NameChangeTooEarly.
    Source: FASCHIM e-mail, FAQ 7, "attendere e comunicarcelo all'attivazione della tua utenza"; reading AMB-K08.
    """
    if not active:
        raise NameChangeTooEarly("Comunica il cambio di ragione sociale quando la tua utenza è attiva")
