"""What another service has settled, as its event said it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from payout_svc.domain.payable import SourceKind


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settled claim or a closed booking.

    Units: cents, zero when the fund pays nothing; `requested_cents` and `person_id` are known of claims only.
    """

    source_kind: SourceKind
    source_id: UUID
    amount_cents: int
    settled_on: date
    person_id: UUID | None = None
    requested_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose expenses are reimbursed: the member or one of the family."""

    person_id: UUID
    name: str
    fiscal_code: str
