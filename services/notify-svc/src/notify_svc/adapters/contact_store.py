"""The contacts of members, kept from events."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from notify_svc.adapters.tables import contact
from notify_svc.domain.mail import Contact, known_language
from notify_svc.use_cases.ports import ContactChange

_FIND = select(contact).where(contact.c.fund == bindparam("of_fund"), contact.c.member_id == bindparam("of_member"))


def _upsert(version: str, *changed: str) -> Any:
    """Build the statement of one origin: it writes only what that origin knows, and only what is newer."""
    new = insert(contact)
    columns = ("first_name", "last_name", "language", version, *changed)
    return new.on_conflict_do_update(
        index_elements=[contact.c.fund, contact.c.member_id],
        set_={name: new.excluded[name] for name in columns},
        where=contact.c[version] < new.excluded[version],
    ).returning(contact.c.member_id)


_APPLY = {"contact": _upsert("contact_version", "email"), "member": _upsert("member_version")}


def to_contact(row: Row[Any]) -> Contact:
    return Contact(
        member_id=row.member_id,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        language=row.language,
    )


class PostgresContacts:
    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def apply(self, change: ContactChange) -> bool:
        versions = {"contact_version": 0, "member_version": 0}
        values = {
            "fund": self._fund,
            "member_id": change.member_id,
            "first_name": change.first_name,
            "last_name": change.last_name,
            "email": change.email,
            "language": known_language(change.language),
            **versions,
            f"{change.origin}_version": change.version,
        }
        return (await self._conn.execute(_APPLY[change.origin], values)).first() is not None

    async def find(self, member_id: UUID) -> Contact | None:
        found = await self._conn.execute(_FIND, {"of_fund": self._fund, "of_member": member_id})
        row = found.first()
        return None if row is None else to_contact(row)
