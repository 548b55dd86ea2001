"""The negotiation of tariffs: proposed with a day from which they hold, agreed, then part of the price history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from booking_api.domain.errors import TariffInvalid
from booking_api.domain.facility import AgreedService, Facility
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class TariffLine:
    """The price that is proposed for a service.

    Units: cents.
    """

    service_code: str
    price_cents: int


def check_proposal(lines: Sequence[TariffLine], effective_on: date, *, today: date, known: Collection[str]) -> None:
    """Refuse what could not be agreed: a day that is not in the future, services twice or outside the nomenclature.

    Raises: TariffInvalid, naming each entry at fault.
    Source: FASCHIM e-mail, FAQ 11; reading AMB-K09: proposal, approval, future effective day.
    """
    faults = []
    if effective_on <= today:
        faults.append(FieldError("/effective_on", "not_in_future", "La tariffa può valere solo da un giorno futuro"))
    codes = [line.service_code for line in lines]
    for place, code in enumerate(codes):
        here = f"/lines/{place}/service_code"
        if code not in known:
            faults.append(FieldError(here, "unknown_service", f"Prestazione sconosciuta: {code}"))
        elif code in codes[:place]:
            faults.append(FieldError(here, "service_twice", f"{code} è ripetuta"))
    if faults:
        raise TariffInvalid(faults[0].message, errors=faults)


def with_tariffs(facility: Facility, lines: Sequence[TariffLine], effective_on: date) -> Facility:
    """Return the facility with the new prices from their day on; those before end there, booked prices stay.

    A price that was agreed for a day after `effective_on` gives way: the newest agreement counts.
    """
    changed = {line.service_code for line in lines}
    kept = [one for one in facility.services if one.service_code not in changed]
    for one in facility.services:
        if one.service_code in changed and one.valid_from < effective_on:
            ends = effective_on if one.valid_to is None or one.valid_to > effective_on else one.valid_to
            kept.append(replace(one, valid_to=ends))
    new = [AgreedService(line.service_code, line.price_cents, effective_on, None) for line in lines]
    return replace(facility, services=tuple(sorted([*kept, *new], key=lambda s: (s.service_code, s.valid_from))))
