"""What the remittances to facilities need of the world."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from booking_api.domain.remittance import Remittance, RemittanceLine


class RemittanceStore(Protocol):
    """Transfers to facilities, with what they pay."""

    async def add(self, remittance: Remittance, lines: Sequence[RemittanceLine]) -> None:
        """Write a remittance with its lines once."""

    async def add_return(self, payout_id: UUID, *, reason: str, returned_on: date) -> None:
        """Note that a transfer came back; one that is no facility's changes nothing."""

    async def page(self, facility_id: UUID, *, after: tuple[date, UUID] | None, limit: int) -> Sequence[Remittance]:
        """Return one page of a facility's remittances, newest first, `after` the day and id of the page before."""
        ...

    async def lines(self, facility_id: UUID, payout_id: UUID) -> Sequence[RemittanceLine]:
        """Return the lines of a remittance of this facility, which sum to it."""
        ...

    async def outstanding(self, facility_id: UUID) -> Sequence[RemittanceLine]:
        """Return what the fund owes to a facility and has not sent, or what came back."""
        ...

    async def lines_of(self, booking_ids: Sequence[UUID]) -> Sequence[RemittanceLine]:
        """Return what the fund owes for these closed bookings."""
        ...
