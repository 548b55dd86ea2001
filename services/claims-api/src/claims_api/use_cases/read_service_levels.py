"""Tell how long the fund really takes."""

from datetime import datetime

from claims_api.domain.service_level import ServiceLevel
from claims_api.use_cases.ports import Tx


async def read_service_levels(tx: Tx, *, since: datetime, until: datetime) -> list[ServiceLevel]:
    """Return the percentiles of every step over the claims that were sent in a period."""
    return await tx.cases.service_levels(since, until)
