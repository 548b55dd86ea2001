"""The items of a booking: services by code, with quantities and, in dental care, the teeth."""

from dataclasses import dataclass, replace
from typing import Final

from kit.errors import FieldError

# Two-digit notation of the FDI (ISO 3950): permanent teeth 11-48, milk teeth 51-85.
TEETH: Final = frozenset(
    quadrant * 10 + tooth
    for quadrant in range(1, 9)
    for tooth in range(1, 9 if quadrant <= 4 else 6)  # noqa: PLR2004
)


@dataclass(frozen=True, slots=True)
class BookedItem:
    """One service of a booking.

    Shapes: `teeth` in the FDI's two digits, empty where the service knows none; `per_tooth` says that each unit is a
    tooth, which is named when the service is dispensed.
    Units: cents for one; `quantity` is a count.
    """

    service_code: str
    tariff_code: str | None
    title_it: str
    quantity: int
    unit_price_cents: int
    teeth: tuple[int, ...] = ()
    per_tooth: bool = False

    @property
    def amount_cents(self) -> int:
        """Return the agreed price of all units."""
        return self.quantity * self.unit_price_cents


@dataclass(frozen=True, slots=True)
class CountedService:
    """So many of a service, as a request or a facility's report names them."""

    service_code: str
    quantity: int
    teeth: tuple[int, ...] = ()


def total_cents(items: tuple[BookedItem, ...]) -> int:
    """Return the agreed price of several items."""
    return sum(item.amount_cents for item in items)


def given_items(
    authorised: tuple[BookedItem, ...], given: tuple[CountedService, ...], *, pointer: str
) -> tuple[tuple[BookedItem, ...], list[FieldError]]:
    """Return the authorised items as far as they were given, and what does not fit.

    Source: FASCHIM e-mail, FAQ 5: "fatturare e chiudere la prenotazione con le prestazioni fino ad ora effettuate".
    """
    known = {item.service_code: item for item in authorised}
    found: list[BookedItem] = []
    faults: list[FieldError] = []
    for place, one in enumerate(given):
        item = known.pop(one.service_code, None)
        if item is None:
            message = f"{one.service_code} non è fra le prestazioni autorizzate, o è ripetuta"
            faults.append(FieldError(f"{pointer}/{place}/service_code", "not_authorised", message))
            continue
        faults += _item_faults(item, one, f"{pointer}/{place}")
        found.append(replace(item, quantity=one.quantity, teeth=one.teeth or item.teeth))
    return tuple(found), faults


def _item_faults(item: BookedItem, given: CountedService, here: str) -> list[FieldError]:
    faults = []
    if given.quantity > item.quantity:
        message = f"{item.service_code}: autorizzate {item.quantity}, erogate {given.quantity}"
        faults.append(FieldError(f"{here}/quantity", "more_than_authorised", message))
    if not set(given.teeth) <= TEETH:
        faults.append(FieldError(f"{here}/teeth", "tooth_unknown", "I denti si indicano con le due cifre FDI"))
    elif item.teeth and not set(given.teeth) <= set(item.teeth):
        faults.append(FieldError(f"{here}/teeth", "tooth_not_authorised", "Dente non compreso nell'autorizzazione"))
    elif item.per_tooth and len(set(given.teeth or item.teeth)) != given.quantity:
        message = f"{item.service_code}: indicare un dente diverso per ogni unità"
        faults.append(FieldError(f"{here}/teeth", "teeth_missing", message))
    return faults
