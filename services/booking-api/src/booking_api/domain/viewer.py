"""Through whose eyes bookings are read."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member sees the family's bookings, a facility its own; staff, with neither id, see the whole fund."""

    member_id: UUID | None = None
    facility_id: UUID | None = None

    @property
    def sees_explanation(self) -> bool:
        """Say whether the reasons and steps of the decision are shown: a facility has no need of them."""
        return self.facility_id is None
