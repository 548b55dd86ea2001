"""What a search for facilities asks, and what it finds."""

import math
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from booking_api.domain.facility import Facility

EARTH_DIAMETER_METRES = 12_742_000
METRES_PER_DEGREE = 111_195
"""Of latitude, on a sphere of 6,371 km."""


class Sort(StrEnum):
    """The order of the results."""

    DISTANCE = "distance"
    PRICE = "price"
    NAME = "name"


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
        """Return the haversine of the angle of the radius, seen from the centre of the earth."""
        return math.sin(min(self.radius_metres / EARTH_DIAMETER_METRES, math.pi / 2)) ** 2

    @property
    def box(self) -> Box:
        """Return the box around the circle; near the poles every longitude is inside."""
        height = self.radius_metres / METRES_PER_DEGREE
        furthest = min(abs(self.latitude) + height, 90.0)
        narrowest = math.cos(math.radians(furthest))
        width = 180.0 if narrowest * 180 <= height else height / narrowest
        return Box(self.latitude - height, self.latitude + height, self.longitude - width, self.longitude + width)


@dataclass(frozen=True, slots=True)
class FacilitySearch:
    """A search; None leaves a filter out.

    Shapes: `service_codes` are the services of a type; `after` is the sort value and the id of the last one shown.
    """

    sort: Sort
    near: Near | None = None
    service_code: str | None = None
    service_codes: tuple[str, ...] | None = None
    text: str | None = None
    name: str | None = None
    doctor: str | None = None
    town: str | None = None
    after: tuple[str | float, UUID] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class FoundFacility:
    """A facility with what the search adds.

    Units: `haversine` of the angle to the place asked for; cents, the price that is agreed for today.
    """

    facility: Facility
    haversine: float | None
    price_cents: int | None

    @property
    def metres(self) -> int | None:
        """Return the distance in a straight line."""
        if self.haversine is None:
            return None
        return round(EARTH_DIAMETER_METRES * math.asin(math.sqrt(min(1.0, self.haversine))))

    def position(self, sort: Sort) -> tuple[str | float, UUID]:
        """Return where the next page goes on."""
        values = {Sort.DISTANCE: self.haversine, Sort.PRICE: self.price_cents, Sort.NAME: self.facility.name}
        value = values[sort]
        if value is None:
            raise ValueError(f"the search did not sort by {sort}")
        return value, self.facility.facility_id
