"""The decision of the plan's rules on a booking, as it reaches this service."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    """What the rules decided."""

    PAY = "pay"
    DENY = "deny"
    PEND = "pend"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a coded reason with the article that it rests on."""

    code: str
    article: str | None
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step from the price to the fund's share.

    Units: cents.
    """

    code: str
    article: str | None
    before_cents: int
    after_cents: int
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcome, shares and explanation of one adjudication of one revision of the booking.

    Units: cents; the two shares sum to the price when the outcome is `pay`.
    """

    decision_id: UUID
    outcome: Outcome
    price_cents: int
    fund_share_cents: int
    member_share_cents: int
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]
    revision: int = 1
