"""What a search for facilities asks, and what it finds."""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from enum import StrEnum
from uuid import UUID

from booking_api.domain.facility import Facility
from booking_api.domain.slot import Slot

EARTH_DIAMETER_METRES = 12_742_000
METRES_PER_DEGREE = 111_195
"""Of latitude, on a sphere of 6,371 km."""


def haversine_of(metres: float) -> float:
    """Return the haversine of the angle that a distance on the ground makes, seen from the centre of the earth."""
    return math.sin(min(metres / EARTH_DIAMETER_METRES, math.pi / 2)) ** 2


class Sort(StrEnum):
    """The order of the results."""

    DISTANCE = "distance"
    PRICE = "price"
    NAME = "name"
    SHARE = "share"
    FIRST = "first"


MORNING_ENDS, EVENING_BEGINS = time(9), time(18)
"""Source: member guide, "Accetta prenotazioni: Prima delle 9:00, Dopo le 18:00"."""
INNER_PART = 5
"""In a town a fifth of the radius holds a page already, with a twentieth of the places to look at."""
FIRST_AMONG = 200
"""How many of the nearest facilities are compared by their first free slot."""
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""The first slot of a facility that has none, for sorting."""


@dataclass(frozen=True, slots=True)
class SlotWindow:
    """Which free slots a search looks at.

    Shapes: `early` and `late` together mean either of them; with `filters` a facility that publishes slots is found
    only with one of these. One that publishes none stays in the list (AMB-P26).
    Units: moments from `starts_from` up to, without, `starts_before`; times of the day in Italy, half-open too.
    """

    starts_from: datetime
    starts_before: datetime
    time_from: time | None = None
    time_to: time | None = None
    early: bool = False
    late: bool = False
    filters: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A box that holds a circle.

    Units: degrees of WGS 84.
    """

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True, slots=True)
class Near:
    """A circle around a place.

    Units: degrees of WGS 84, metres.
    """

    latitude: float
    longitude: float
    radius_metres: int

    @property
    def haversine(self) -> float:
        """Return the haversine of the angle of the radius."""
        return haversine_of(self.radius_metres)

    @property
    def box(self) -> Box:
        """Return the box around the circle; near the poles every longitude is inside."""
        height = self.radius_metres / METRES_PER_DEGREE
        furthest = min(abs(self.latitude) + height, 90.0)
        narrowest = math.cos(math.radians(furthest))
        width = 180.0 if narrowest * 180 <= height else height / narrowest
        return Box(self.latitude - height, self.latitude + height, self.longitude - width, self.longitude + width)

    @property
    def inner(self) -> "Near":
        """Return the circle around the same place that is looked at first."""
        return replace(self, radius_metres=self.radius_metres // INNER_PART)


@dataclass(frozen=True, slots=True)
class FacilitySearch:
    """A search; None leaves a filter out.

    Only facilities that take part on the first day of the window are found.

    Shapes: `service_codes` are the services of a type or of the campaign; `after` is the sort value and the id of the
    last one shown.
    """

    sort: Sort
    near: Near | None = None
    service_code: str | None = None
    service_codes: tuple[str, ...] | None = None
    text: str | None = None
    name: str | None = None
    doctor: str | None = None
    town: str | None = None
    direct: bool | None = None
    campaign: str | None = None
    after: tuple[str | float | datetime, UUID] | None = None
    window: SlotWindow | None = None
    limit: int = 50

    @property
    def nearby(self) -> "FacilitySearch | None":
        """Return the same search in the inner circle; None where it could not fill a page.

        Nothing outside the circle is nearer than what is inside: a page that the inner circle fills is the page.
        """
        if self.sort is not Sort.DISTANCE or self.near is None:
            return None
        inner = self.near.inner
        if self.after is not None and isinstance(self.after[0], float) and self.after[0] >= inner.haversine:
            return None
        return replace(self, near=inner)


@dataclass(frozen=True, slots=True)
class FoundFacility:
    """A facility with what the search adds.

    Shapes: `slots` are the first free ones of the search's window; `first_at` is set where the search sorted by it.
    Units: `haversine` of the angle to the place asked for; cents, the price that is agreed for today.
    """

    facility: Facility
    haversine: float | None
    price_cents: int | None
    slots: tuple[Slot, ...] = ()
    first_at: datetime | None = None

    @property
    def metres(self) -> int | None:
        """Return the distance in a straight line."""
        if self.haversine is None:
            return None
        return round(EARTH_DIAMETER_METRES * math.asin(math.sqrt(min(1.0, self.haversine))))

    def position(self, sort: Sort) -> tuple[str | float | datetime, UUID]:
        """Return where the next page goes on."""
        values: dict[Sort, str | float | datetime | None] = {
            Sort.DISTANCE: self.haversine,
            Sort.PRICE: self.price_cents,
            Sort.SHARE: self.price_cents,
            Sort.NAME: self.facility.name,
            Sort.FIRST: self.first_at,
        }
        value = values[sort]
        if value is None:
            raise ValueError(f"the search did not sort by {sort}")
        return value, self.facility.facility_id
