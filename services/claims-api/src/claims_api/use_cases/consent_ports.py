"""What consents to be helped need of the outside."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from claims_api.domain.filing_consent import FilingConsent


class FilingConsentStore(Protocol):
    """Members' consents that somebody else files in their place."""

    async def give(self, consent: FilingConsent) -> None:
        """Write a consent; the one to the same helper that stood before is withdrawn with it."""
        ...

    async def standing(self, *, member_id: UUID, delegate_member_id: UUID | None) -> FilingConsent | None:
        """Return the consent to a helper that stands."""
        ...

    async def of_member(self, member_id: UUID) -> list[FilingConsent]:
        """Return every consent of a member, the newest first."""
        ...

    async def withdraw(self, consent_id: UUID, *, member_id: UUID, by: str, at: datetime) -> FilingConsent | None:
        """End a consent of a member; nothing when none stands."""
        ...
