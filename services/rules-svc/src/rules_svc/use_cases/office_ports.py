"""What the use cases of the fund's office need of the outside: simulations, opening balances, exchange rates."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from rules_svc.domain.opening import Opening, Standing


@dataclass(frozen=True, slots=True)
class SimulationAsked:
    """A draft and the population on which it is tried.

    Shapes: `population` is {"kind": "history", "from", "to"} or {"kind": "synthetic", "claims", "seed"}.
    """

    simulation_id: UUID
    plan_id: str
    version: str
    hash: str
    content: Mapping[str, Any]
    population: Mapping[str, Any]
    requested_by: str


class SimulationStore(Protocol):
    """Simulations."""

    async def add(self, asked: SimulationAsked) -> None:
        """Queue a simulation."""
        ...


@dataclass(frozen=True, slots=True)
class OpeningImport:
    """A file of opening balances that was applied."""

    import_id: UUID
    sha256: str
    lines: int
    imported_by: str


class OpeningStore(Protocol):
    """Opening balances."""

    async def imported(self, sha256: str) -> OpeningImport | None:
        """Return the import of a file that was applied before."""
        ...

    async def known_persons(self, person_ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the persons that the fund has."""
        ...

    async def standing(self, openings: Sequence[Opening], *, lock: bool) -> Standing:
        """Return what the windows have taken, locked where they are about to change."""
        ...

    async def post(self, done: OpeningImport, openings: Sequence[Opening]) -> None:
        """Write the import and all its postings."""
        ...


@dataclass(frozen=True, slots=True)
class DayRates:
    """The official rates of one day: currency → units for one euro, as published."""

    day: date
    units_per_eur: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KnownRates:
    """The rates of a day as they stand: `revision` 1, or higher where they were corrected."""

    revision: int
    units_per_eur: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OfficialRate:
    """Units of a currency for one euro, the day of that rate, and its revision."""

    currency: str
    on_day: date
    units_per_eur: str
    revision: int = 1


class RateStore(Protocol):
    """Official exchange rates."""

    async def on(self, currency: str, day: date) -> OfficialRate | None:
        """Return the rate of a day, or the last known before it; of a corrected day the last correction."""
        ...

    async def known(self, days: Collection[date]) -> Mapping[date, KnownRates]:
        """Wait for whoever takes over rates, then return those of the days that are known."""
        ...

    async def add(self, days: Sequence[tuple[DayRates, int]]) -> None:
        """Add days, or corrections of days, each with its revision."""
        ...
