"""The projection of members and their families in PostgreSQL."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import RowMapping, Uuid, all_, bindparam, delete, null, or_, select
from sqlalchemy.dialects import postgresql

from booking_api.adapters.tables import member, person
from booking_api.domain.errors import PersonNotFound
from booking_api.domain.member import Family, MemberFacts, Patient, Person
from booking_api.domain.viewer import Viewer
from kit.errors import FieldError
from kit.transaction import Transaction

m, p = member.c, person.c

_viewer_member = bindparam("viewer_member", type_=Uuid())
_PATIENT = (
    select(
        person,
        m.category,
        m.enrolled_on,
        m.hired_on,
        m.left_on,
        m.birth_date.label("member_birth_date"),
    )
    .join_from(person, member, p.member_id == m.member_id)
    .where(
        p.person_id == bindparam("person_id", type_=Uuid()),
        or_(_viewer_member == null(), p.member_id == _viewer_member),
    )
)
_OWN_PERSON = select(p.person_id).where(p.member_id == bindparam("of_member", type_=Uuid()), p.relation == "member")
_insert_member = postgresql.insert(member)
_UPSERT_MEMBER = _insert_member.on_conflict_do_update(
    index_elements=[m.member_id],
    set_={column.name: _insert_member.excluded[column.name] for column in member.columns if not column.primary_key},
    where=m.version < _insert_member.excluded.version,
).returning(m.member_id)
_insert_person = postgresql.insert(person)
_UPSERT_PERSONS = _insert_person.on_conflict_do_update(
    index_elements=[p.person_id],
    set_={column.name: _insert_person.excluded[column.name] for column in person.columns if not column.primary_key},
)
_DELETE_OTHERS = delete(person).where(
    p.member_id == bindparam("of_member", type_=Uuid()),
    p.person_id != all_(bindparam("kept", type_=postgresql.ARRAY(Uuid()))),
)


class PostgresMemberStore:
    """The members and families of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def patient(self, person_id: UUID, viewer: Viewer) -> Patient:
        parameters = {"person_id": person_id, "viewer_member": viewer.member_id}
        row = (await self._tx.conn.execute(_PATIENT, parameters)).mappings().one_or_none()
        if row is None:
            message = "La persona non esiste nel nucleo familiare"
            raise PersonNotFound(message, errors=[FieldError("/person_id", "unknown_person", message)])
        return _patient_of(row)

    async def own_person(self, member_id: UUID) -> UUID | None:
        found: UUID | None = (await self._tx.conn.execute(_OWN_PERSON, {"of_member": member_id})).scalar()
        return found

    async def put(self, family: Family) -> bool:
        fund = self._tx.fund
        row = {"member_id": family.member_id, "fund": fund, "version": family.version} | asdict(family.facts)
        if (await self._tx.conn.execute(_UPSERT_MEMBER, row)).scalar() is None:
            return False
        kept = [one.person_id for one in family.persons]
        await self._tx.conn.execute(_DELETE_OTHERS, {"of_member": family.member_id, "kept": kept})
        if family.persons:
            await self._tx.conn.execute(_UPSERT_PERSONS, [asdict(one) | {"fund": fund} for one in family.persons])
        return True


def _patient_of(row: RowMapping) -> Patient:
    one = Person(**{column.name: row[column.name] for column in person.columns if column.name != "fund"})
    facts = MemberFacts(
        category=row["category"],
        enrolled_on=row["enrolled_on"],
        hired_on=row["hired_on"],
        left_on=row["left_on"],
        birth_date=row["member_birth_date"],
    )
    return Patient(one, facts)
