"""A member lets another act in their place (delega): for a time, revocable, under the other's own name."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from claims_api.domain.errors import InvalidDelegation
from kit.errors import FieldError

MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Delegation:
    """One delegation.

    Units: days, both ends included; without `valid_to` until it is revoked.
    Source: the fund answers only the member (1.1-R10), so whoever else acts needs the member's own consent.
    """

    delegation_id: UUID
    member_id: UUID
    delegate_member_id: UUID
    valid_from: date
    valid_to: date | None
    granted_at: datetime
    granted_by: str
    revoked_at: datetime | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether the delegate may act on that day."""
        return self.revoked_at is None and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def check_delegation(member_id: UUID, delegate_member_id: UUID, *, valid_from: date, valid_to: date | None) -> None:
    """Refuse a delegation to oneself or for no time.

    Raises: InvalidDelegation.
    """
    faults = []
    if member_id == delegate_member_id:
        faults.append(FieldError("/delegate_number", "delegate_is_member", "Nobody is their own delegate."))
    if valid_to is not None and not 0 <= (valid_to - valid_from).days <= MOST_DAYS:
        faults.append(FieldError("/valid_to", "period_empty", "The delegation ends before it begins, or too late."))
    if faults:
        raise InvalidDelegation("The delegation breaks a rule.", errors=faults)
