"""A check of one claim (1.3): what the fund owes for it waits until the check is closed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class CheckKind(StrEnum):
    """A claim drawn by sample, or a check-up visit by the fund's doctor."""

    SAMPLING = "sampling"
    CHECK_UP_VISIT = "check_up_visit"


class CheckEffect(StrEnum):
    """What the check does to the money: it holds it, it came too late, there is nothing to hold, or it is over."""

    HOLDS = "holds"
    PAID_BEFORE = "paid_before"
    NOTHING_OWED = "nothing_owed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """One check as the claims service tells it.

    Units: `held_cents` is what waits now, corrections included; times are aware UTC.
    """

    check_id: UUID
    claim_id: UUID
    member_id: UUID
    kind: CheckKind
    reason: str
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    held_cents: int = 0
    paid: bool = False

    @property
    def effect(self) -> CheckEffect:
        """Return what the check does now."""
        if self.opened_at is None or self.closed_at is not None:
            return CheckEffect.CLOSED
        if self.held_cents != 0:
            return CheckEffect.HOLDS
        return CheckEffect.PAID_BEFORE if self.paid else CheckEffect.NOTHING_OWED
