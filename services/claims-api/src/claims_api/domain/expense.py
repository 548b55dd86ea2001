"""What a member asks money for: one fiscal document of one person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.errors import InvalidExpense
from claims_api.domain.fiscal_code import tax_id_fault
from claims_api.domain.plan import Branch
from kit.errors import FieldError


def number_key(number: str) -> str:
    """Write a document's number as it is compared: no spaces, one case."""
    return "".join(number.split()).upper()


def provider_key(tax_id: str | None) -> str:
    """Write a provider's tax id as it is compared, empty when nobody stated it."""
    return (tax_id or "").upper().replace(" ", "").removeprefix("IT")


@dataclass(frozen=True, slots=True)
class ExpenseItem:
    """One line of the document; the amount is the line's total for its quantity."""

    article: str | None
    code: str | None
    quantity: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Provider:
    """Who issued the document, in the plan's vocabulary."""

    kind: str
    specialty: str | None
    vat_number: str | None

    @property
    def key(self) -> str:
        """Return the provider's identity, empty when the member did not state it."""
        return provider_key(self.vat_number)


@dataclass(frozen=True, slots=True)
class Expense:
    """One expense as the member declares it.

    Units: whole minor units of `currency`; `amount_cents` is the whole document, stamp duty included, and its items sum
    to it. A non-health request may have no number (empty) and no amount (0): the plan says what is granted.
    Source: member guide (number, date and amount are compulsory; for "sussidio non sanitario" the date alone, reading
    AMB-P11); rules 1.3-R4 and 1.3-R15.
    """

    person_id: UUID
    article: str
    mode: str
    service: str
    document_number: str
    document_date: date
    amount_cents: int
    currency: str
    quantity: int
    items: tuple[ExpenseItem, ...]
    ssn_ticket: bool
    stamp_duty_cents: int
    other_fund_refund_cents: int
    provider: Provider
    extra: Mapping[str, str | int | bool]
    branch: Branch = Branch.HEALTH

    @property
    def document_number_key(self) -> str:
        """Return the number as it is compared with others: no spaces, one case.

        A paper without a number stands for its article: the same event is not granted twice under one article, and
        two papers of one day (twins) are told apart by numbers that the member gives them.
        """
        return number_key(self.document_number) or f"#{self.article}"


@dataclass(frozen=True, slots=True)
class AttachedDocument:
    """A document as a claim refers to it."""

    document_id: UUID
    kind: DocumentKind


def check_expense(expense: Expense, *, today: date) -> None:
    """Refuse an expense with every rule of the intake that it breaks.

    Raises: InvalidExpense.
    """
    faults = list(_faults(expense, today))
    if faults:
        raise InvalidExpense("The expense breaks a rule of the intake.", errors=faults)


def _faults(expense: Expense, today: date) -> Iterator[FieldError]:
    if expense.document_date > today:
        yield FieldError("/document_date", "date_not_in_future", "The document's date is in the future.")
    if expense.branch is Branch.HEALTH:
        yield from _health_faults(expense)
    if expense.stamp_duty_cents + expense.other_fund_refund_cents > expense.amount_cents:
        yield FieldError("/amount_cents", "parts_within_amount", "Stamp duty and other refunds exceed the amount.")
    if expense.items and sum(item.amount_cents for item in expense.items) != expense.amount_cents:
        yield FieldError("/items", "items_sum", "The lines do not sum to the amount of the document.")
    if expense.provider.vat_number:
        fault = tax_id_fault(expense.provider.vat_number)
        if fault is not None:
            yield FieldError("/provider/vat_number", *fault)


def _health_faults(expense: Expense) -> Iterator[FieldError]:
    if not expense.document_number.strip():
        yield FieldError(
            "/document_number", "document_number_required", "A health request needs its document's number."
        )
    if expense.amount_cents <= 0:
        yield FieldError("/amount_cents", "amount_required", "A health request needs its document's amount.")
