"""What checks of claims need of the outside."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from claims_api.domain.check_up import CheckUp, CheckUpState
from claims_api.domain.claim_check import ClosedCheck
from claims_api.domain.sampling import DrawnSample, SampleResult


@dataclass(frozen=True, slots=True)
class CheckUpFilter:
    """Which visits a list shows; `after` is the visit_id that the page starts behind.

    Units: `due_before` is a day, not included.
    """

    member_id: UUID | None = None
    claim_id: UUID | None = None
    state: CheckUpState | None = None
    due_before: date | None = None
    after: UUID | None = None
    limit: int = 50


class CheckStore(Protocol):
    """Check-up visits and drawn claims."""

    async def add(self, visit: CheckUp) -> None:
        """Write a visit; a claim has one that waits at most."""
        ...

    async def find(self, visit_id: UUID) -> CheckUp | None:
        """Return a visit."""
        ...

    async def put(self, visit: CheckUp) -> None:
        """Write what came of a visit."""
        ...

    async def page(self, wanted: CheckUpFilter) -> list[CheckUp]:
        """Return visits in the order of their ordering."""
        ...

    async def of_case(self, case_id: UUID) -> list[CheckUp]:
        """Return the visits on the claims of a case."""
        ...

    async def waiting_sample(self, claim_id: UUID) -> DrawnSample | None:
        """Return the check of a drawn claim that has no result yet."""
        ...

    async def propose_result(self, claim_id: UUID, *, by: str, note: str | None) -> None:
        """Write who found a drawn claim irregular, for the second person."""
        ...

    async def put_result(self, claim_id: UUID, *, result: SampleResult, note: str | None, by: str) -> None:
        """Write what a check by sample found."""
        ...

    async def close(self, claim_id: UUID, *, at: datetime) -> list[ClosedCheck]:
        """Close every check of a claim that has its result; return them."""
        ...

    async def drop(self, claim_id: UUID, *, by: str, at: datetime) -> list[ClosedCheck]:
        """Close every open check of a claim without a result, because the claim is taken back; return them."""
        ...
