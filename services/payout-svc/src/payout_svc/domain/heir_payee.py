"""Whom a deceased member's balance is paid to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class HeirState(StrEnum):
    """What an officer has recorded counts once another person has approved it."""

    RECORDED = "recorded"
    APPROVED = "approved"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class HeirPayee:
    """The heirs' account with the documents that prove it, such as the act of notoriety.

    Source: articles 1.1 and 1.4 with readings A33, A45 and A60: the heirs stand in for the member, recorded by hand.
    """

    heir_id: UUID
    member_id: UUID
    deceased_on: date
    name: str
    iban: str
    document_ids: Sequence[UUID]
    recorded_by: str
    recorded_at: datetime
    state: HeirState = HeirState.RECORDED
    approved_by: str | None = None
    approved_at: datetime | None = None
