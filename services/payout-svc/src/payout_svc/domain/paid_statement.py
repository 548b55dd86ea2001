"""What was paid out, as a member's yearly and a facility's monthly statement tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from uuid import UUID


class LineKind(StrEnum):
    """What a facility is paid for."""

    BOOKING = "booking"
    IMPORTED_BOOKING = "imported_booking"
    BOOKING_CORRECTION = "booking_correction"


@dataclass(frozen=True, slots=True)
class PaidExpense:
    """One expense of one person that a transfer reimbursed.

    Units: cents; `paid_on` is the day on which the bank paid, as far as it has said so, else the day of execution.
    """

    claim_id: UUID
    person_id: UUID | None
    person_name: str | None
    fiscal_code: str | None
    case_number: str
    article: str | None
    settled_on: date
    requested_cents: int | None
    amount_cents: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class PersonExpenses:
    """A person's expenses of the year, in the order of their payment."""

    name: str | None
    fiscal_code: str | None
    expenses: Sequence[PaidExpense]

    @property
    def amount_cents(self) -> int:
        """Return what was reimbursed for this person."""
        return sum(expense.amount_cents for expense in self.expenses)


@dataclass(frozen=True, slots=True)
class ReimbursementStatement:
    """What a member was reimbursed in a calendar year, by the day of payment, without what came back."""

    year: int
    member_id: UUID
    member_name: str
    persons: Sequence[PersonExpenses]

    @property
    def amount_cents(self) -> int:
        """Return the sum of the year."""
        return sum(person.amount_cents for person in self.persons)


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """A line of a facility's statement: a booking, one that another system closed, or what a review has added."""

    kind: LineKind
    booking_id: UUID
    code: str | None
    invoice_number: str
    closed_on: date
    amount_cents: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class FacilityStatement:
    """What a facility is paid by the runs of a month (distinta), without what came back."""

    month: str
    facility_id: UUID
    facility_name: str
    invoices: Sequence[PaidInvoice]

    @property
    def amount_cents(self) -> int:
        """Return the sum of the month."""
        return sum(invoice.amount_cents for invoice in self.invoices)


def by_person(expenses: Sequence[PaidExpense]) -> Sequence[PersonExpenses]:
    """Put expenses that are sorted by person together."""
    groups = [list(group) for _, group in groupby(expenses, key=lambda expense: expense.person_id)]
    return [PersonExpenses(group[0].person_name, group[0].fiscal_code, group) for group in groups]
