"""Name who is responsible for the convention of each facility, and report what must be put right."""

from collections.abc import Mapping, Sequence

from booking_api.domain.convention_manager import ManagerContact, choose_manager
from booking_api.domain.errors import FacilityNotFound
from booking_api.use_cases.manager_ports import KnownManager
from booking_api.use_cases.ports import BookingTransaction
from kit.errors import FieldError


async def name_managers(
    tx: BookingTransaction, *, contacts: Mapping[str, Sequence[ManagerContact]]
) -> list[KnownManager]:
    """Choose one person a facility from its contacts, by its code.

    Raises: FacilityNotFound, then nobody was named.
    """
    named = []
    for code in sorted(contacts):
        facility = await tx.facilities.by_code(code)
        if facility is None:
            message = f"La struttura {code} non esiste"
            raise FacilityNotFound(message, errors=[FieldError("/facilities", "facility_unknown", message)])
        choice = choose_manager(contacts[code])
        await tx.managers.put(facility.facility_id, choice)
        named.append(KnownManager(facility.facility_id, code, facility.name, choice.chosen, choice.faults))
    tx.audit("managers_named", entity="facility", entity_id="*", facilities=sorted(contacts))
    return named
