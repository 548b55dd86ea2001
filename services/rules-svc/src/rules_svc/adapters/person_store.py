"""The projection of members and their families, fed by claims.member_changed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from rules_svc.adapters.tables import MEMBER, PERSON
from rules_svc.domain.request import Beneficiary, Member
from rules_svc.use_cases.ports import KnownPerson, MemberStanding

_M, _P = MEMBER.c, PERSON.c

_PERSONS = select(
    PERSON, MEMBER.c.category, _M.enrolled_on, _M.hired_on, _M.left_on, _M.birth_date.label("member_birth_date")
).join(MEMBER, _M.member_id == _P.member_id)
_FAMILY = _PERSONS.where(_P.member_id == bindparam("member_id")).order_by(
    (_P.relation != "member"), _P.birth_date, _P.person_id
)
_FIND = _PERSONS.where(_P.person_id == bindparam("person_id")).where(
    or_(bindparam("owner", type_=_P.member_id.type).is_(None), _P.member_id == bindparam("owner"))
)
_STANDING = select(_M.left_on, _M.contributions_in_order).where(_M.member_id == bindparam("member_id"))
_NEW_MEMBER = insert(MEMBER)
_UPSERT_MEMBER = _NEW_MEMBER.on_conflict_do_update(
    index_elements=[_M.member_id],
    set_={column.name: _NEW_MEMBER.excluded[column.name] for column in MEMBER.columns if not column.primary_key},
    # Events of one member come in order, but a released parked event may come late: an older version changes nothing.
    where=_M.version < _NEW_MEMBER.excluded.version,
).returning(_M.member_id)
_NEW_PERSON = insert(PERSON)
_UPSERT_PERSONS = _NEW_PERSON.on_conflict_do_update(
    index_elements=[_P.person_id],
    set_={column.name: _NEW_PERSON.excluded[column.name] for column in PERSON.columns if not column.primary_key},
)
_FORGET = delete(PERSON).where(
    _P.member_id == bindparam("of_member"), _P.person_id.not_in(bindparam("kept", expanding=True))
)


class PostgresPersonStore:
    """The persons of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def put(
        self,
        *,
        member_id: UUID,
        version: int,
        member: Member,
        persons: Sequence[tuple[UUID, Beneficiary]],
        contributions_in_order: bool = True,
    ) -> bool:
        """Take over a newer version of a member and the family; False when it was known already."""
        shared = {"fund": self._fund, "member_id": member_id}
        row = shared | {
            "version": version,
            "category": member.category,
            "enrolled_on": member.enrolled_on,
            "hired_on": member.hired_on,
            "left_on": member.left_on,
            "birth_date": member.birth_date,
            "contributions_in_order": contributions_in_order,
        }
        if (await self._conn.execute(_UPSERT_MEMBER, row)).scalar() is None:
            return False
        if persons:
            rows = [asdict(person) | {"person_id": person_id} | shared for person_id, person in persons]
            await self._conn.execute(_UPSERT_PERSONS, rows)
        kept = [person_id for person_id, _ in persons]
        await self._conn.execute(_FORGET, {"of_member": member_id, "kept": kept})
        return True

    async def family(self, member_id: UUID) -> list[KnownPerson]:
        """Return the persons of a member's family, the member first."""
        return [_known(row) for row in await self._conn.execute(_FAMILY, {"member_id": member_id})]

    async def standing_of(self, member_id: UUID) -> MemberStanding | None:
        """Return what the register tells of a membership now."""
        row = (await self._conn.execute(_STANDING, {"member_id": member_id})).one_or_none()
        return None if row is None else MemberStanding(row.left_on, row.contributions_in_order)

    async def find(self, person_id: UUID, owner_member_id: UUID | None) -> KnownPerson | None:
        """Return a person, of the owner's family where an owner is given."""
        row = (await self._conn.execute(_FIND, {"person_id": person_id, "owner": owner_member_id})).one_or_none()
        return None if row is None else _known(row)


def _known(row: Row[Any]) -> KnownPerson:
    return KnownPerson(
        person_id=row.person_id,
        member_id=row.member_id,
        member=Member(
            category=row.category,
            enrolled_on=row.enrolled_on,
            birth_date=row.member_birth_date,
            hired_on=row.hired_on,
            left_on=row.left_on,
        ),
        beneficiary=Beneficiary(row.relation, row.birth_date, row.disabled_104, row.fiscally_dependent),
    )
