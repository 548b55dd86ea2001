"""The fund's yearly communication of reimbursements to the tax authority.

Source: the duty of funds to tell what they reimbursed of health expenses (decree of 1 December 2016 on the prefilled
tax return). The official layout is the fund's to confirm: ours carries what it needs, behind a port.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TaxLine:
    """What one person was reimbursed in the year.

    Units: cents, by the day of payment; `previous_cents` is what the communications before said, zero in the first one.
    """

    person_id: UUID
    fiscal_code: str
    name: str
    member_id: UUID
    amount_cents: int
    previous_cents: int


@dataclass(frozen=True, slots=True)
class TaxCommunication:
    """One communication: number 1 tells the whole year, each further one the persons whose amount has changed since.

    Units: cents of the whole year as it stands with this communication; `unassigned_cents` were paid for nobody whose
    fiscal code is known; `ledger_cents` is the same money as the ledger has it.
    """

    year: int
    number: int
    made_by: str
    made_at: datetime
    persons: int
    amount_cents: int
    unassigned_cents: int
    ledger_cents: int

    @property
    def kind(self) -> str:
        """Return `ordinary` for the first of a year, else `correction`."""
        return "ordinary" if self.number == 1 else "correction"


@dataclass(frozen=True, slots=True)
class TaxYear:
    """A year as it stands now: its sums, and the lines that no communication has told yet."""

    persons: int
    amount_cents: int
    unassigned_cents: int
    ledger_cents: int
    changed: Sequence[TaxLine]
