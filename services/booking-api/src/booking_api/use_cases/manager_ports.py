"""What naming the responsible persons needs of the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from booking_api.domain.convention_manager import ManagerChoice, ManagerContact, ManagerFault


@dataclass(frozen=True, slots=True)
class KnownManager:
    """A facility with the one person who gets its first credentials, and what is wrong."""

    facility_id: UUID
    facility_code: str
    facility_name: str
    chosen: ManagerContact | None
    faults: tuple[ManagerFault, ...]


class ManagerStore(Protocol):
    """The responsible persons of the network."""

    async def put(self, facility_id: UUID, choice: ManagerChoice) -> None:
        """Write who was chosen for a facility."""

    async def page(self, *, fault: ManagerFault | None, after: str | None, limit: int) -> Sequence[KnownManager]:
        """Return one page of facilities by their code; who was never named is missing."""
        ...
