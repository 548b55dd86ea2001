"""The passage of a fund's facilities from an old system to this one: gates by date, guards, what is taken over.

Source: FASCHIM e-mail of 2023-02-13 (S@R to Koperniko), as the configuration of a fund says it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from booking_api.domain.dispensing import PaperKind, missing_papers


class Gate(StrEnum):
    """Whether something may be done."""

    OPEN = "open"
    WARNED = "warned"
    SHUT = "shut"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A gate, and the rules that it rests on, the main one first."""

    gate: Gate
    cites: tuple[str, ...]

    @property
    def shut(self) -> bool:
        """Say whether it may not be done."""
        return self.gate is Gate.SHUT


@dataclass(frozen=True, slots=True)
class OldBooking:
    """A booking of the old system, as far as a ruling needs it.

    Shapes: `kind` is a key of the transition's papers (stay, orthodontics) or another word; `papers` are there.
    """

    state: str
    kind: str | None = None
    opened_on: date | None = None
    invoices: int = 0
    papers: frozenset[PaperKind] = frozenset()


@dataclass(frozen=True, slots=True)
class FrozenShares:
    """The shares of the old booking, whatever the tariff says today.

    Units: cents.
    """

    fund_share_cents: int
    member_share_cents: int


@dataclass(frozen=True, slots=True)
class Transition:
    """One fund's passage.

    Shapes: `cites` maps what a rule is about to its id; `papers` a kind of booking to what must be uploaded.
    Units: days in Italy; `old_dispensing_until` is the last day, the others are the first of the new order.
    """

    fund: str
    old_system: str
    new_system: str
    new_opens_on: date
    old_opening_ends_on: date
    old_dispensing_until: date
    old_closes_on: date
    imported_state: str
    dispensable_state: str
    suspended_state: str
    review_state: str
    frozen_from: date
    frozen_before: date
    papers: Mapping[str, tuple[PaperKind, ...]]
    cites: Mapping[str, str]

    def _rule(self, gate: Gate, *names: str) -> Ruling:
        return Ruling(gate, tuple(self.cites[name] for name in names))

    def old_access(self, day: date) -> Ruling:
        """Say whether the old system lets anybody in."""
        return self._rule(Gate.OPEN if day < self.old_closes_on else Gate.SHUT, "old_closes")

    def old_opening(self, day: date, *, ends_on: date | None = None) -> Ruling:
        """Say whether the old system takes a new booking; one that ends too late is advised against (AMB-K17)."""
        if day >= self.old_opening_ends_on:
            return self._rule(Gate.SHUT, "old_opening")
        if ends_on is not None and ends_on > self.old_dispensing_until:
            return self._rule(Gate.WARNED, "ends_too_late", "old_opening")
        return self._rule(Gate.OPEN, "old_opening")

    def new_opening(self, day: date | None, *, old_states: Collection[str], dental: bool = False) -> Ruling:
        """Say whether this system takes a booking for a person with these bookings in the old one.

        The person's old ones must be closed first; several here are allowed (AMB-K13).
        """
        if day is not None and day < self.new_opens_on:
            return self._rule(Gate.SHUT, "new_opens")
        guards = ("dental_close_first", "close_first") if dental else ("close_first",)
        if any(state != self.imported_state for state in old_states):
            return self._rule(Gate.SHUT, *guards)
        previous = ("dental_previous",) if dental and old_states else ()
        return self._rule(Gate.OPEN, "new_opens", *(guards if old_states or dental else ("close_first",)), *previous)

    def dispensing(self, booking: OldBooking, *, old_system_on: date | None = None) -> Ruling:
        """Say whether a booking may be dispensed; in the old system also by the day."""
        if old_system_on is not None and self._too_late(booking, old_system_on):
            return self._rule(Gate.SHUT, "old_dispensing")
        if booking.state != self.dispensable_state:
            return self._rule(Gate.SHUT, "closed" if booking.state == self.imported_state else "not_approved")
        if booking.invoices < 1:
            return self._rule(Gate.SHUT, "dispense")
        needed = self.papers.get(booking.kind or "", ())
        if missing_papers(needed, booking.papers):
            return self._rule(Gate.SHUT, *needed)
        dated = ("old_dispensing",) if old_system_on is not None else ()
        return self._rule(Gate.OPEN, *dated, "dispense", *needed)

    def _too_late(self, booking: OldBooking, day: date) -> bool:
        opened_late = booking.opened_on is not None and booking.opened_on >= self.old_opening_ends_on
        return day > self.old_dispensing_until or opened_late

    def dispensing_in_part(self, booking: OldBooking, *, invoiced: int, planned: int) -> Ruling:
        """Say whether dental work may be closed with what was done so far."""
        if booking.state != self.dispensable_state:
            return self._rule(Gate.SHUT, "closed" if booking.state == self.imported_state else "not_approved")
        return self._rule(Gate.OPEN if 1 <= invoiced <= planned else Gate.SHUT, "part_of_dental_work")

    def takes_over(self, state: str) -> Ruling:
        """Say whether a booking of the old system is imported; what is not is reported."""
        if state == self.imported_state:
            return self._rule(Gate.OPEN, "imported")
        return self._rule(Gate.SHUT, "not_imported")

    def stay_entered_anew(self, invoiced_on: date) -> Ruling:
        """Say whether a stay keeps its old shares here; one that is not of the named months an operator judges."""
        within = self.frozen_from <= invoiced_on < self.frozen_before
        return self._rule(Gate.OPEN if within else Gate.WARNED, "stay_entered_anew", "frozen_shares")


def frozen_shares(*, total_cents: int, old_fund_share_cents: int) -> FrozenShares:
    """Return the shares of a booking that is entered anew: the fund's as it was, the member's what is left.

    Source: FASCHIM e-mail, FAQ 4, "Le quote resteranno le stesse"; reading AMB-K05.
    """
    fund = min(old_fund_share_cents, total_cents)
    return FrozenShares(fund, total_cents - fund)
