"""A person's or the bank's word that a payee must not be paid yet."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from payout_svc.domain.payee import PayeeKind


class HoldKind(StrEnum):
    """Why a payee is held; people place the first two."""

    BLOCKED = "blocked"
    CHECK_OPEN = "check_open"
    DECEASED = "deceased"
    IBAN_MISMATCH = "iban_mismatch"


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold with who placed and who lifted it: another person, since money moves again then.

    Units: `iban` is set where only that account is held; times are aware UTC.
    """

    hold_id: UUID
    payee_kind: PayeeKind
    payee_id: UUID
    kind: HoldKind
    reason: str
    placed_by: str
    placed_at: datetime
    iban: str | None = None
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lift_reason: str | None = None
