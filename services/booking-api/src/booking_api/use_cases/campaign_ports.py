"""What campaigns need of the world."""

from collections.abc import Sequence
from typing import Protocol

from booking_api.domain.campaign import Campaign


class CampaignStore(Protocol):
    """The campaigns of the fund."""

    async def get(self, code: str) -> Campaign | None:
        """Return a campaign by its code."""
        ...

    async def all(self) -> Sequence[Campaign]:
        """Return every campaign, the one that begins last first."""
        ...

    async def put(self, campaign: Campaign) -> None:
        """Write a campaign under its code."""
