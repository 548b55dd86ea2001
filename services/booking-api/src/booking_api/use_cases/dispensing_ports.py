"""What dispensing needs of the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.invoice import ProviderInvoice
from booking_api.domain.paper import Paper


@dataclass(frozen=True, slots=True)
class PageOfFacility:
    """Which rows of a facility a list shows, newest first, `after` the last one of the page before."""

    facility_id: UUID
    after: UUID | None = None
    limit: int = 50


class DispensingStore(Protocol):
    """Invoices and papers of facilities."""

    async def add_invoice(self, booking: Booking, invoice: ProviderInvoice, *, invoice_id: UUID | None = None) -> UUID:
        """Record an invoice, or its part about a booking, and return its id; a part that came before is superseded.

        Raises: InvoiceNumberUsed when the facility sent this number before in the same year.
        """
        ...

    async def invoice_of(self, booking_id: UUID) -> ProviderInvoice | None:
        """Return the invoice that counts for a booking."""
        ...

    async def add_paper(self, paper: Paper) -> None:
        """Write a paper."""

    async def papers_of(self, booking_id: UUID) -> Sequence[Paper]:
        """Return the papers of a booking, oldest first."""
        ...

    async def paper(self, paper_id: UUID, facility_id: UUID | None) -> Paper:
        """Return a paper of a facility (of any, for None).

        Raises: PaperNotFound.
        """
        ...

    async def previous_dental(self, booking: Booking) -> Sequence[Booking]:
        """Return what this facility gave the same person before under the same article, newest first."""
        ...

    async def invoiceable(self, wanted: PageOfFacility) -> Sequence[Booking]:
        """Return one page of what was dispensed and has no invoice yet."""
        ...
