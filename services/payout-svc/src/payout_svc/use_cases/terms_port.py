"""What the use cases need of the plans."""

from datetime import date, datetime
from typing import Protocol

from payout_svc.domain.payment_terms import PaymentTerms


class TermsStore(Protocol):
    """The payment terms of the published plans."""

    async def record(self, terms: PaymentTerms, *, published_at: datetime) -> None: ...
    async def remove(self, plan_id: str, effective_from: date, *, published_before: datetime) -> None: ...
    async def in_force(self, on: date) -> PaymentTerms | None: ...
