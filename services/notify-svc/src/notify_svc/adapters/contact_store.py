"""The contacts of members, kept from events."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Uuid, and_, bindparam, case, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.context import Context
from notify_svc.adapters.tables import contact
from notify_svc.domain.mail import Contact, known_language
from notify_svc.use_cases.ports import ContactChange

_READ = select(contact).where(
    contact.c.fund == bindparam("of_fund"), contact.c.member_id == bindparam("of_members", type_=ARRAY(Uuid)).any_()
)
_FIND = select(contact).where(contact.c.fund == bindparam("of_fund"), contact.c.member_id == bindparam("of_member"))


def _upsert(version: str, *changed: str) -> Any:
    """Build the statement of one origin: it writes only what that origin knows, and only what is newer."""
    new = insert(contact)
    columns: dict[str, Any] = {
        name: new.excluded[name] for name in ("first_name", "last_name", "language", version, *changed)
    }
    if "email" in changed:
        # A new address has failed nobody yet.
        for name in ("hard_bounces", "email_since", "held_since"):
            same = contact.c.email.is_not_distinct_from(new.excluded.email)
            columns[name] = case((same, contact.c[name]), else_=new.excluded[name])
    return new.on_conflict_do_update(
        index_elements=[contact.c.fund, contact.c.member_id],
        set_=columns,
        where=contact.c[version] < new.excluded[version],
    ).returning(contact.c.member_id)


_APPLY = {"contact": _upsert("contact_version", "email"), "member": _upsert("member_version")}

_FAILED_ONCE_MORE = contact.c.hard_bounces + 1
_COUNT_BOUNCE = (
    update(contact)
    .where(
        contact.c.fund == bindparam("of_fund"),
        contact.c.member_id == bindparam("of_member"),
        contact.c.email.is_not(None),
        or_(contact.c.email_since.is_(None), contact.c.email_since <= bindparam("sent_at")),
    )
    .values(
        hard_bounces=_FAILED_ONCE_MORE,
        held_since=case(
            (
                and_(contact.c.held_since.is_(None), bindparam("to_hold") <= _FAILED_ONCE_MORE),
                bindparam("moment", type_=contact.c.held_since.type),
            ),
            else_=contact.c.held_since,
        ),
    )
    .returning(contact.c.held_since)
)


def to_contact(row: Row[Any]) -> Contact:
    return Contact(
        member_id=row.member_id,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        language=row.language,
        held_since=row.held_since,
    )


class PostgresContacts:
    """`known` are those of a batch of events, read at once: None where a member has none."""

    def __init__(self, conn: AsyncConnection, context: Context, known: dict[UUID, Contact | None]) -> None:
        self._conn = conn
        self._known = known
        self._context = context
        self._fund = context.fund

    async def apply(self, change: ContactChange) -> bool:
        versions = {"contact_version": 0, "member_version": 0}
        values = {
            "fund": self._fund,
            "member_id": change.member_id,
            "first_name": change.first_name,
            "last_name": change.last_name,
            "email": change.email,
            "language": known_language(change.language),
            "hard_bounces": 0,
            "email_since": None if change.email is None else self._context.now,
            "held_since": None,
            **versions,
            f"{change.origin}_version": change.version,
        }
        return (await self._conn.execute(_APPLY[change.origin], values)).first() is not None

    async def read_ahead(self, member_ids: Collection[UUID]) -> None:
        """Read the contacts for which a batch of events will ask."""
        rows = await self._conn.execute(_READ, {"of_fund": self._fund, "of_members": list(member_ids)})
        self._known |= dict.fromkeys(member_ids) | {row.member_id: to_contact(row) for row in rows}

    async def find(self, member_id: UUID) -> Contact | None:
        if member_id in self._known:
            return self._known[member_id]
        found = await self._conn.execute(_FIND, {"of_fund": self._fund, "of_member": member_id})
        row = found.first()
        return None if row is None else to_contact(row)

    async def count_bounce(self, member_id: UUID, *, sent_at: datetime, bounces_to_hold: int) -> bool:
        parameters = {
            "of_fund": self._fund,
            "of_member": member_id,
            "sent_at": sent_at,
            "to_hold": bounces_to_hold,
            "moment": self._context.now,
        }
        return (await self._conn.execute(_COUNT_BOUNCE, parameters)).scalar() is not None
