"""What a facility and the fund have to settle with each other: reviews, integrations, names, tariffs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from booking_api.domain.errors import MatterMoveForbidden


class MatterKind(StrEnum):
    """What it is about.

    `review`: what was settled at zero or in part; `integration`: a paper that the fund still needs; `company_name`:
    another name of the facility; `tariff`: other prices; `defect`: what is wrong in imported data or in the portal.
    """

    REVIEW = "review"
    INTEGRATION = "integration"
    COMPANY_NAME = "company_name"
    TARIFF = "tariff"
    DEFECT = "defect"


class Side(StrEnum):
    """Who acts: the facility, the fund's people, or the rules (which count what a review grants)."""

    FACILITY = "facility"
    FUND = "fund"
    RULES = "rules"


OPEN, CLOSED = "open", "closed"
ANSWERED, COUNTERED = "answered", "countered"
ACCEPTED, REFUSED, WITHDRAWN = "accepted", "refused", "withdrawn"
CONFIRMED, PROPOSED, COUNTING, INCREASED = "confirmed", "proposed", "counting", "increased"

_F, _M, _R = Side.FUND, Side.FACILITY, Side.RULES

# From a state to the next one, and who takes that step. An integration begins with the fund, the others with the
# facility; an offer on tariffs is accepted by the side that did not make it. More money than the rules have
# authorised is proposed by one person of the fund and granted by another one; then the rules count it in the member's
# limits, or send it back.
WAYS: Final[Mapping[MatterKind, Mapping[str, Mapping[str, Side]]]] = {
    MatterKind.REVIEW: {
        OPEN: {CONFIRMED: _F, PROPOSED: _F, WITHDRAWN: _M},
        PROPOSED: {COUNTING: _F, OPEN: _F, WITHDRAWN: _M},
        COUNTING: {INCREASED: _R, OPEN: _R},
    },
    MatterKind.INTEGRATION: {OPEN: {ANSWERED: _M, CLOSED: _F}, ANSWERED: {OPEN: _F, CLOSED: _F}},
    MatterKind.COMPANY_NAME: {OPEN: {ACCEPTED: _F, REFUSED: _F, WITHDRAWN: _M}},
    MatterKind.DEFECT: {OPEN: {ANSWERED: _F, WITHDRAWN: _M}, ANSWERED: {OPEN: _M, CLOSED: _M}},
    MatterKind.TARIFF: {
        OPEN: {COUNTERED: _F, ACCEPTED: _F, REFUSED: _F, WITHDRAWN: _M},
        COUNTERED: {OPEN: _M, ACCEPTED: _M, WITHDRAWN: _M},
    },
}


@dataclass(frozen=True, slots=True)
class MatterStep:
    """One step, kept for ever: who took it to which state, with which words and facts."""

    at: datetime
    by: Side
    actor: str
    state: str
    text: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter between a facility and the fund.

    Shapes: `facts` are those of the last step, by kind: review `asked_cents`, `settled_cents`, `granted_cents`;
    integration `papers`; defect `about`, `foreign_id`;
    company name `new_name`, `effective_on`, `new_facility_id`; tariff `effective_on`, `lines`.
    `steps` are the steps since it was loaded, which its store appends.
    """

    matter_id: UUID
    facility_id: UUID
    kind: MatterKind
    booking_id: UUID | None
    state: str
    facts: Mapping[str, Any]
    opened_at: datetime
    changed_at: datetime
    steps: tuple[MatterStep, ...] = field(default=())

    @property
    def next_states(self) -> Mapping[str, Side]:
        """Return where it can go, and who takes it there."""
        return WAYS[self.kind].get(self.state, {})

    def moved(
        self, to: str, *, by: Side, at: datetime, actor: str, text: str, facts: Mapping[str, Any] | None = None
    ) -> "Matter":
        """Return the matter after a step.

        Raises: MatterMoveForbidden when the state or the side does not allow it.
        """
        if self.next_states.get(to) is not by:
            allowed = [state for state, side in self.next_states.items() if side is by]
            raise MatterMoveForbidden(
                f"La pratica è nello stato {self.state}: non può passare a {to}",
                state=self.state,
                wanted=to,
                allowed=allowed,
            )
        known = {**self.facts, **(facts or {})}
        step = MatterStep(at, by, actor, to, text, dict(facts or {}))
        return replace(self, state=to, facts=known, changed_at=at, steps=(*self.steps, step))


def open_matter(  # noqa: PLR0913 (one argument a fact of the matter)
    matter_id: UUID,
    kind: MatterKind,
    facility_id: UUID,
    *,
    booking_id: UUID | None,
    at: datetime,
    actor: str,
    text: str,
    facts: Mapping[str, Any],
) -> Matter:
    """Return a new matter with its first step."""
    by = Side.FUND if kind is MatterKind.INTEGRATION else Side.FACILITY
    first = MatterStep(at, by, actor, OPEN, text, facts)
    return Matter(matter_id, facility_id, kind, booking_id, OPEN, facts, at, at, (first,))
