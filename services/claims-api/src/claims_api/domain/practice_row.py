"""The list "Le tue pratiche": one row an invoice, its seven columns, and what it can be searched by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from claims_api.domain.claim_states import LABELS_IT, ClaimState

Comparison = Literal["eq", "ge", "le", "holds"]


class DirectState(StrEnum):
    """Where a direct service stands, as the list shows it; the facility's service has finer states."""

    REQUESTED = "requested_direct"
    COMMITTED = "committed_direct"
    SETTLED = "settled_direct"
    REFUSED = "refused_direct"
    CANCELLED = "cancelled_direct"


DIRECT_LABELS_IT: Mapping[str, str] = {
    DirectState.REQUESTED: "RICHIESTA",
    DirectState.COMMITTED: "IMPEGNATO DIRETTA",
    DirectState.SETTLED: "LIQUIDATA DIRETTA",
    DirectState.REFUSED: "NON APPROVATA",
    DirectState.CANCELLED: "ANNULLATA",
}


@dataclass(frozen=True, slots=True)
class DirectService:
    """What is known of a booking; parts that an event does not tell stay as they are.

    Units: cents; `service_on` the day of the appointment, then of the invoice (reading AMB-P10).
    """

    booking_id: UUID
    member_id: UUID
    state: DirectState
    person_id: UUID | None = None
    article: str | None = None
    service: str | None = None
    requested_on: date | None = None
    service_on: date | None = None
    price_cents: int | None = None
    fund_share_cents: int | None = None
    code: str | None = None
    facility_name: str | None = None
    invoice_number: str | None = None
    invoice_date: date | None = None
    facility_vat_number: str | None = None


class RowKind(StrEnum):
    """A claim of the member, or a direct service whose amount the fund has committed."""

    CLAIM = "claim"
    BOOKING = "booking"


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """One row.

    Shapes: `row_id` is the claim's or the booking's id; a booking has no case.
    Units: euro cents, None while a document in another currency is not converted; `amount_cents` as the document says,
    in `currency`; of a direct service the requested amount is its price, and the date the service's (reading AMB-P10).
    Source: member guide, "Cronologia" (ONE-MYC-01, ONE-MYC-04).
    """

    row_id: UUID
    kind: RowKind
    case_id: UUID | None
    case_number: str | None
    person_id: UUID
    document_date: date
    requested_on: date
    requested_cents: int | None
    settled_cents: int
    service: str
    beneficiary: str
    state: str
    amount_cents: int
    currency: str

    @property
    def state_label_it(self) -> str:
        """Return the state in the guide's words."""
        if self.kind is RowKind.BOOKING:
            return DIRECT_LABELS_IT[self.state]
        return LABELS_IT[ClaimState(self.state)]


@dataclass(frozen=True, slots=True)
class RowSearch:
    """What is looked for; every part that is given must hold.

    Units: days, both ends included; `name` is part of the beneficiary's name in any case (reading AMB-P18).
    """

    state: str | None = None
    person_id: UUID | None = None
    name: str | None = None
    requested_from: date | None = None
    requested_to: date | None = None
    document_from: date | None = None
    document_to: date | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a column of the list with a value."""

    column: str
    comparison: Comparison
    value: Any


def conditions(wanted: RowSearch) -> Iterator[Condition]:
    """Write a search as comparisons, for the database and for rows in memory alike.

    Source: member guide, "Ricerca per fattura" (ONE-MYC-02).
    """
    asked: tuple[tuple[str, Comparison, Any], ...] = (
        ("state", "eq", wanted.state),
        ("person_id", "eq", wanted.person_id),
        ("beneficiary", "holds", wanted.name),
        ("requested_on", "ge", wanted.requested_from),
        ("requested_on", "le", wanted.requested_to),
        ("document_date", "ge", wanted.document_from),
        ("document_date", "le", wanted.document_to),
    )
    return (Condition(*one) for one in asked if one[2] is not None)


@dataclass(frozen=True, slots=True)
class YearTotal:
    """What was asked for and released in one year, by the day of the request.

    Units: euro cents; `committed_cents` is the fund's share of direct services that are not closed; `unconverted_rows`
    are in another currency and not yet in the sums.
    """

    year: int
    rows: int
    requested_cents: int
    settled_cents: int
    committed_cents: int
    unconverted_rows: int
