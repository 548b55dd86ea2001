"""What is asked of the fund and the facts it is judged by: the inputs of a decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Mode = Literal["direct", "indirect"]
MODES: tuple[Mode, Mode] = ("indirect", "direct")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the expense; its amount is the total for its quantity."""

    amount_cents: int
    quantity: int = 1
    article: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request for a benefit, or one direct booking.

    Shapes: `items` sum to `amount_cents`, the whole expense; `extra` holds the facts that single articles need.
    Units: minor units of `currency`, hundredths unless the extra fact `minor_digits` says otherwise; `expense_date` is
    the invoice or event date, `received_on` the day in Rome of receipt.
    `hypothetical` marks a quote: missing documents are listed but hold nothing up.
    """

    mode: Mode
    article: str
    expense_date: date
    received_on: date
    amount_cents: int
    channel: str = "portal"
    currency: str = "EUR"
    quantity: int = 1
    items: tuple[Item, ...] = ()
    ssn_ticket: bool = False
    stamp_duty_cents: int = 0
    other_fund_refund_cents: int = 0
    provider_kind: str = ""
    provider_specialty: str | None = None
    service: str = ""
    documents: frozenset[str] = frozenset()
    extra: Mapping[str, Any] = field(default_factory=dict)
    hypothetical: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """The member's membership as it stood when the request was made."""

    category: str
    enrolled_on: date
    birth_date: date
    hired_on: date | None = None
    left_on: date | None = None
    retired_on: date | None = None
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The person whom the service was for; `fiscally_dependent` is None where nobody declared it."""

    relation: str
    birth_date: date
    disabled_104: bool = False
    fiscally_dependent: bool | None = None


@dataclass(frozen=True, slots=True)
class OnFile:
    """A document that an earlier, accepted request of the person already brought.

    `issued_on` falls back on the day of that request where the document's own date is not known.
    """

    article: str
    document: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """The persons of a request and what is already on file for the beneficiary."""

    member: Member
    beneficiary: Beneficiary
    on_file: tuple[OnFile, ...] = ()
