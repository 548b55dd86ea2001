"""What the import of bookings needs of the world."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from booking_api.domain.booking_import import BookingImport, ForeignBooking


class ForeignStore(Protocol):
    """Bookings of another system."""

    async def put(self, booking: ForeignBooking, facility_id: UUID, *, imported: bool) -> bool:
        """Write a booking; return False for one that was imported before, which stays as it was."""
        ...

    async def imported_among(self, foreign_ids: Sequence[str]) -> set[str]:
        """Return which of these were imported before."""
        ...

    async def has(self, foreign_id: str, facility_id: UUID) -> bool:
        """Say whether a facility has an imported booking of this number."""
        ...

    async def mark_paid(self, booking_ids: Sequence[UUID], *, paid: bool) -> set[UUID]:
        """Note of the imported bookings among these whether they are paid; return which these are."""
        ...

    async def add_report(self, report: BookingImport) -> None:
        """Write the report on an import."""

    async def report(self, import_id: UUID) -> BookingImport | None:
        """Return a report."""
        ...

    async def states_of(self, person_id: UUID) -> Sequence[str]:
        """Return the states of a person's bookings in the other system."""
        ...

    async def previous_of(self, person_id: UUID, facility_id: UUID) -> Sequence[ForeignBooking]:
        """Return the imported dental bookings of a person at a facility, newest first."""
        ...

    async def of_facility(self, facility_id: UUID, *, after: str | None, limit: int) -> Sequence[ForeignBooking]:
        """Return one page of a facility's imported bookings, by their number."""
        ...
