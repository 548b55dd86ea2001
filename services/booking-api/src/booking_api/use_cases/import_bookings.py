"""Take over bookings from another system."""

from collections.abc import Sequence
from dataclasses import replace

from booking_api.domain.booking_import import BookingImport, ForeignBooking, ImportLine, judge
from booking_api.domain.errors import PersonNotFound, TransitionUnknown
from booking_api.domain.facility import Facility
from booking_api.domain.transition import Transition
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import rome_date
from kit.ids import new_id


async def import_bookings(
    tx: BookingTransaction, *, bookings: Sequence[ForeignBooking], transition: Transition | None, dry_run: bool
) -> BookingImport:
    """Judge each booking and, unless it is a dry run, keep all of them: the closed as history, the open as a guard.

    The same booking again brings its state up to date; what was imported once stays as it was.

    Raises: TransitionUnknown when the fund comes from no other system.
    """
    if transition is None:
        raise TransitionUnknown("Il fondo non ha un passaggio da un altro sistema")
    facilities = {code: await tx.facilities.by_code(code) for code in sorted({one.facility_code for one in bookings})}
    known = await tx.foreign.imported_among([one.foreign_id for one in bookings])
    lines = []
    for booking in bookings:
        facility = facilities[booking.facility_code]
        line = await _judged(tx, booking, facility, transition)
        if booking.foreign_id in known:
            line = replace(line, payable_cents=0)
        if line.imported:
            known.add(booking.foreign_id)
        if not dry_run and facility is not None:
            line = await _kept(tx, booking, facility, line)
        lines.append(line)
    report = BookingImport(new_id(), dry_run, tuple(lines), tx.now, tx.context.actor)
    await tx.foreign.add_report(report)
    count = sum(line.imported for line in lines)
    tx.audit("bookings_imported", entity="booking_import", entity_id=report.import_id, count=count, dry_run=dry_run)
    return report


async def _kept(tx: BookingTransaction, booking: ForeignBooking, facility: Facility, line: ImportLine) -> ImportLine:
    """Write a booking and, the first time that it is imported, open what the fund still owes for it."""
    if line.payable_cents > 0:
        booking = replace(booking, booking_id=new_id())
    written = await tx.foreign.put(booking, facility.facility_id, imported=line.imported)
    if not written or line.payable_cents == 0:
        return replace(line, payable_cents=0)
    patient = await tx.members.patient(booking.person_id, Viewer())
    closed = booking_events.imported(booking, facility, patient.person.member_id, on=rome_date(tx.now))
    tx.publish(closed)
    tx.audit("imported_booking_payable", entity="booking", entity_id=closed.booking_id, foreign_id=booking.foreign_id)
    return line


async def _judged(
    tx: BookingTransaction, booking: ForeignBooking, facility: Facility | None, transition: Transition
) -> ImportLine:
    try:
        await tx.members.patient(booking.person_id, Viewer())
        known = True
    except PersonNotFound:
        known = False
    return judge(booking, transition, facility_known=facility is not None, person_known=known)
