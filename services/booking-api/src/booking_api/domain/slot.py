"""Slots: the times that a facility with the green badge lets the portal book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking_api.domain.errors import SlotsInvalid, SlotTaken
from booking_api.domain.facility import Facility
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class SlotTime:
    """A time at which a service can be given, by a doctor where the facility foresees one.

    Units: aware UTC.
    """

    service_code: str
    starts_at: datetime
    doctor: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of a facility, perhaps kept for somebody who is filling in the request.

    Units: the hold ends at `held_until`, without it.
    """

    slot_id: UUID
    facility_id: UUID
    time: SlotTime
    withdrawn: bool
    held_by: str | None
    held_until: datetime | None

    def check_free_for(self, holder: str, *, now: datetime) -> None:
        """Refuse what is over, withdrawn, or held by somebody else.

        Raises: SlotTaken.
        """
        held = self.held_until is not None and now < self.held_until and self.held_by != holder
        if self.withdrawn or held or self.time.starts_at <= now:
            raise taken()


def taken() -> SlotTaken:
    """Return the answer to whoever comes second."""
    message = "L'orario non è più disponibile: scegline un altro"
    return SlotTaken(message, errors=[FieldError("/slot_id", "slot_taken", message)])


def check_offered(
    times: Sequence[SlotTime], facility: Facility, *, starts_from: datetime, starts_before: datetime
) -> None:
    """Refuse times outside the window, and services and doctors that the facility has not.

    Raises: SlotsInvalid, naming each entry at fault.
    """
    if not facility.badge.bookable_online:
        message = "Bollino giallo: la struttura non offre orari prenotabili online"
        raise SlotsInvalid(message, errors=[FieldError("/slots", "not_bookable_online", message)])
    faults = [fault for i, time in enumerate(times) if (fault := _fault(i, time, facility)) is not None]
    faults += [
        FieldError(f"/slots/{i}/starts_at", "outside_window", "L'orario è fuori dal periodo indicato")
        for i, time in enumerate(times)
        if not starts_from <= time.starts_at < starts_before
    ]
    if len(set(times)) != len(times):
        faults.append(FieldError("/slots", "slot_twice", "Lo stesso orario compare due volte"))
    if faults:
        raise SlotsInvalid(faults[0].message, errors=faults)


def _fault(i: int, time: SlotTime, facility: Facility) -> FieldError | None:
    if not facility.offers(time.service_code):
        message = f"{facility.name} non offre la prestazione {time.service_code}"
        return FieldError(f"/slots/{i}/service_code", "service_not_offered", message)
    if time.doctor is not None and not facility.has_doctor(time.doctor, time.service_code):
        message = f"{time.doctor} non eroga questa prestazione presso {facility.name}"
        return FieldError(f"/slots/{i}/doctor", "unknown_doctor", message)
    return None
