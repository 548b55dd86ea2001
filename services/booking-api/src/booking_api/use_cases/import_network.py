"""Import the network from a file: the whole of it or nothing."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from booking_api.domain.errors import FacilityInvalid, ImportNotFound
from booking_api.domain.facility import Facility, check_facility
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.network_import import ImportState, LineFault, NetworkImport, NetworkLine
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.register_facility import in_order, register_facility
from kit.ids import new_id

MOST_FAULTS = 500


async def import_network(
    tx: BookingTransaction, *, lines: Sequence[NetworkLine], sha256: str, dry_run: bool, terms: FundTerms
) -> NetworkImport:
    """Check every line and, without a fault and unless it is a dry run, register every facility.

    A file that was applied before gives the report of that time and changes nothing; two imports at once wait for each
    other.
    """
    await tx.imports.lock()
    before = await tx.imports.applied(sha256)
    if before is not None and not dry_run:
        return before
    campaigns = frozenset(one.code for one in await tx.campaigns.all())
    faults = _faults(lines, frozenset(terms.services), campaigns)
    facilities = [line.facility for line in lines if line.facility is not None]
    outcome = Counter([await _compare(tx, facility) for facility in facilities]) if not faults else Counter[str]()
    state = ImportState.REJECTED if faults else ImportState.CHECKED if dry_run else ImportState.APPLIED
    if state is ImportState.APPLIED:
        for facility in facilities:
            await register_facility(tx, facility=facility, id_given=False, terms=terms)
    report = NetworkImport(
        import_id=new_id(),
        sha256=sha256,
        dry_run=dry_run,
        state=state,
        lines=len(lines),
        created=outcome["created"],
        changed=outcome["changed"],
        unchanged=outcome["unchanged"],
        fault_count=len(faults),
        faults=tuple(faults[:MOST_FAULTS]),
        imported_at=tx.now,
        imported_by=tx.context.actor,
    )
    await tx.imports.add(report)
    tx.audit("network_imported", entity="network_import", entity_id=report.import_id, state=str(state))
    return report


async def read_import(tx: BookingTransaction, *, import_id: UUID) -> NetworkImport:
    """Return the report on an import.

    Raises: ImportNotFound.
    """
    report = await tx.imports.get(import_id)
    if report is None:
        raise ImportNotFound("L'importazione non esiste")
    return report


def _faults(lines: Sequence[NetworkLine], services: frozenset[str], campaigns: frozenset[str]) -> list[LineFault]:
    faults: list[LineFault] = []
    first_line: dict[str, int] = {}
    for line in lines:
        faults += line.faults
        if line.facility is None:
            continue
        code = line.facility.code
        earlier = first_line.setdefault(code, line.number)
        if earlier != line.number:
            message = f"Il codice {code} è già alla riga {earlier}"
            faults.append(LineFault(line.number, "code", "code_twice", message))
        faults += _facility_faults(line.number, line.facility, services, campaigns)
    return faults


def _facility_faults(
    number: int, facility: Facility, services: frozenset[str], campaigns: frozenset[str]
) -> list[LineFault]:
    try:
        check_facility(facility, services=services, campaigns=campaigns)
    except FacilityInvalid as invalid:
        return [LineFault(number, _column(fault.pointer), fault.rule, fault.message) for fault in invalid.errors]
    return []


def _column(pointer: str) -> str:
    """Return which column a pointer into a facility's data is about."""
    part = pointer.split("/")[1]
    return "takes_part_until" if part == "participation" else part


async def _compare(tx: BookingTransaction, facility: Facility) -> str:
    known = await tx.facilities.by_code(facility.code)
    if known is None:
        return "created"
    same = in_order(facility.known_as(known)) == known
    return "unchanged" if same else "changed"
