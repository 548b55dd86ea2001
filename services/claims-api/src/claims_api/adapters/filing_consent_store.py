"""Consents to be helped, in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.office_tables import FILING_CONSENT
from claims_api.domain.filing_consent import ConsentWay, FilingConsent
from kit.context import Context

_COLUMNS = [column for column in FILING_CONSENT.c if column.name != "fund"]
_STANDING = FILING_CONSENT.c.withdrawn_at.is_(None)
_TO_HELPER = FILING_CONSENT.c.delegate_member_id.is_not_distinct_from(
    bindparam("of_delegate", type_=FILING_CONSENT.c.consent_id.type)
)
_OF_MEMBER = (
    select(*_COLUMNS)
    .where(FILING_CONSENT.c.member_id == bindparam("of_member"))
    .order_by(FILING_CONSENT.c.consent_id.desc())
)
_ONE = _OF_MEMBER.where(_STANDING, _TO_HELPER)
_REPLACE = (
    update(FILING_CONSENT)
    .where(FILING_CONSENT.c.member_id == bindparam("of_member"), _STANDING, _TO_HELPER)
    .values(withdrawn_by=bindparam("by"), withdrawn_at=bindparam("at"))
)
_WITHDRAW = (
    update(FILING_CONSENT)
    .where(
        FILING_CONSENT.c.consent_id == bindparam("of_consent"),
        FILING_CONSENT.c.member_id == bindparam("of_member"),
        _STANDING,
    )
    .values(withdrawn_by=bindparam("by"), withdrawn_at=bindparam("at"))
    .returning(*_COLUMNS)
)


def _consent(row: Mapping[str, Any]) -> FilingConsent:
    return FilingConsent(**{**row, "way": ConsentWay(row["way"])})


class PostgresFilingConsentStore:
    """The port FilingConsentStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def give(self, consent: FilingConsent) -> None:
        before = {"of_member": consent.member_id, "of_delegate": consent.delegate_member_id}
        await self._conn.execute(_REPLACE, before | {"by": consent.recorded_by, "at": consent.recorded_at})
        await self._conn.execute(insert(FILING_CONSENT).values(asdict(consent) | {"fund": self._context.fund}))

    async def standing(self, *, member_id: UUID, delegate_member_id: UUID | None) -> FilingConsent | None:
        asked = {"of_member": member_id, "of_delegate": delegate_member_id}
        row = (await self._conn.execute(_ONE, asked)).mappings().one_or_none()
        return _consent(dict(row)) if row else None

    async def of_member(self, member_id: UUID) -> list[FilingConsent]:
        rows = (await self._conn.execute(_OF_MEMBER, {"of_member": member_id})).mappings()
        return [_consent(dict(row)) for row in rows]

    async def withdraw(self, consent_id: UUID, *, member_id: UUID, by: str, at: datetime) -> FilingConsent | None:
        values = {"of_consent": consent_id, "of_member": member_id, "by": by, "at": at}
        row = (await self._conn.execute(_WITHDRAW, values)).mappings().one_or_none()
        return _consent(dict(row)) if row else None
