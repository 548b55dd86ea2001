"""What the use cases of the fund's office need of the outside: simulations, opening balances, exchange rates."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from rules_svc.domain.events import LedgerReconciled
from rules_svc.domain.opening import Opening, Standing
from rules_svc.domain.periods import Period
from rules_svc.domain.plan import Plan
from rules_svc.domain.reconciliation import DecidedTotal, LedgerDifference, ReconciledSpan


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
class PublishedVersion:
    """A published version, its days, and whether it is withdrawn."""

    version: str
    hash: str
    period: Period
    withdrawn: bool


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


class LedgerAudit(Protocol):
    """The limits ledger compared with the decisions and with itself; reconciliations that were asked for or made."""

    async def funds_without(self, month: date, last_day: date) -> list[str]:
        """Return the funds whose month was neither reconciled to its last day nor is about to be."""
        ...

    async def ask(self, month: date, *, requested_by: str) -> None:
        """Ask for a month's reconciliation, once while one waits."""
        ...

    async def take(self) -> tuple[UUID, date] | None:
        """Lock the oldest that waits, with its month."""
        ...

    async def finish(self, reconciliation_id: UUID, done: LedgerReconciled) -> None:
        """Keep what was found."""
        ...

    async def newest(self, month: date) -> Mapping[str, Any] | None:
        """Return the last one that was asked for, its result None until it is made."""
        ...

    async def plan_hashes(self, span: ReconciledSpan) -> Sequence[str]:
        """Return the hashes of the plans by which was decided."""
        ...

    def decisions(self, span: ReconciledSpan, plans: Mapping[str, Plan]) -> AsyncIterator[Sequence[LedgerDifference]]:
        """Decide anew and compare with what was posted; one item a decision."""
        ...

    def itself(self) -> AsyncIterator[LedgerDifference]:
        """Compare ends with beginnings and balances with sums, over the whole ledger."""
        ...

    async def size(self) -> tuple[int, int]:
        """Return how many postings and balances there are."""
        ...

    async def totals(self, span: ReconciledSpan) -> list[DecidedTotal]:
        """Return what was decided payable, by kind and day."""
        ...
