"""The facility's invoice for a dispensed booking."""

import re
from dataclasses import dataclass
from datetime import date

from kit.errors import FieldError
from kit.money import format_eur


@dataclass(frozen=True, slots=True)
class ProviderInvoice:
    """Number, date and amount of the facility's invoice.

    Units: cents.
    """

    number: str
    date: date
    amount_cents: int

    @property
    def number_key(self) -> str:
        """Return the number as it is compared: `FT 12/a` and `ft12/A` are the same invoice."""
        return re.sub(r"\s+", "", self.number).upper()


def check_dispensing(
    invoice: ProviderInvoice, *, dispensed_on: date, appointment_on: date, today: date, price_cents: int
) -> list[FieldError]:
    """Return what does not match: the amount must be the agreed price to the cent, the dates must be possible.

    A service given before its appointment would pass by the notice; so the day may be the appointment's or later.
    """
    faults = []
    if invoice.amount_cents != price_cents:
        difference = invoice.amount_cents - price_cents
        message = (
            f"La fattura è di {format_eur(invoice.amount_cents)} €, il prezzo concordato è di "
            f"{format_eur(price_cents)} €: differenza {format_eur(difference)} €"
        )
        faults.append(FieldError("/invoice/amount_cents", "amount_differs_from_agreed_price", message))
    if invoice.date > today:
        faults.append(FieldError("/invoice/date", "date_in_future", "La data della fattura è futura"))
    if dispensed_on > today:
        faults.append(FieldError("/dispensed_on", "date_in_future", "La data di erogazione è futura"))
    if dispensed_on < appointment_on:
        message = f"La prestazione è autorizzata per il {appointment_on:%d/%m/%Y}"
        faults.append(FieldError("/dispensed_on", "before_appointment", message))
    return faults
