"""What members do without."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.context import Context
from notify_svc.adapters.tables import preference
from notify_svc.domain.preferences import Preferences

_FIND = select(preference.c.declined).where(
    preference.c.fund == bindparam("of_fund"), preference.c.member_id == bindparam("of_member")
)
_CHANGE = insert(preference)
_CHANGE = _CHANGE.on_conflict_do_update(
    index_elements=[preference.c.fund, preference.c.member_id],
    set_={"declined": _CHANGE.excluded.declined, "changed_at": _CHANGE.excluded.changed_at},
)


class PostgresPreferences:
    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def declined(self, member_id: UUID) -> frozenset[str]:
        found = await self._conn.execute(_FIND, {"of_fund": self._context.fund, "of_member": member_id})
        return frozenset(found.scalar() or ())

    async def change(self, preferences: Preferences) -> None:
        values = {
            "fund": self._context.fund,
            "member_id": preferences.member_id,
            "declined": sorted(preferences.declined),
            "changed_at": self._context.now,
        }
        await self._conn.execute(_CHANGE, values)
