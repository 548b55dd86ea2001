"""What the matters between facilities and the fund need of the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from booking_api.domain.matter import Matter, MatterKind, MatterStep


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """Which matters a list shows, newest first; None asks for nothing."""

    kind: MatterKind
    facility_id: UUID | None = None
    booking_id: UUID | None = None
    state: str | None = None
    after: UUID | None = None
    limit: int = 50


class MatterStore(Protocol):
    """Matters."""

    async def save(self, matter: Matter) -> None:
        """Write a matter and append its steps.

        Raises: ReviewForbidden when another review of the booking is open.
        """

    async def lock(self, matter_id: UUID, kind: MatterKind, facility_id: UUID | None) -> Matter:
        """Return a matter and keep others from changing it until the commit.

        Raises: MatterNotFound, also for another facility's.
        """
        ...

    async def granted_cents(self, booking_id: UUID) -> int | None:
        """Return the fund's share of a booking that its last increased review has granted; None without one."""
        ...

    async def page(self, wanted: MatterFilter) -> Sequence[Matter]:
        """Return one page of matters."""
        ...

    async def steps(self, matter_ids: Sequence[UUID]) -> dict[UUID, list[MatterStep]]:
        """Return the steps of several matters, oldest first."""
        ...

    async def link_positions(self, old_id: UUID, new_id: UUID, effective_on: date) -> None:
        """Note that a position of the network goes on under a new one."""

    async def positions_of(self, facility_id: UUID) -> Sequence[tuple[UUID, UUID, date]]:
        """Return the passages from or to a position: old, new, from which day."""
        ...
