"""What became of the agreed prices of a facility: kept for ever, also where later data replace them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from booking_api.domain.facility import AgreedService


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One change of an agreed price.

    Shapes: `price_cents` is None where a price that had been agreed from `valid_from` on was taken back.
    Units: cents; days from `valid_from` up to, without, `valid_to`.
    """

    service_code: str
    valid_from: date
    valid_to: date | None
    price_cents: int | None


@dataclass(frozen=True, slots=True)
class RecordedPriceChange:
    """A change as it was recorded; `seq` grows with each."""

    seq: int
    facility_id: UUID
    change: PriceChange
    recorded_at: datetime
    recorded_by: str


def price_changes(before: Sequence[AgreedService], after: Sequence[AgreedService]) -> list[PriceChange]:
    """Return what is different: a price begins, ends on another day, is another one, or is taken back."""
    known = {(one.service_code, one.valid_from): one for one in before}
    wanted = {(one.service_code, one.valid_from): one for one in after}
    changed = [
        PriceChange(one.service_code, one.valid_from, one.valid_to, one.price_cents)
        for key, one in sorted(wanted.items())
        if known.get(key) != one
    ]
    return changed + [
        PriceChange(one.service_code, one.valid_from, one.valid_to, None)
        for key, one in sorted(known.items())
        if key not in wanted
    ]
