"""The network's facilities in PostgreSQL."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    Integer,
    RowMapping,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    exists,
    insert,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from booking_api.adapters.tables import agreed_service, facility
from booking_api.domain.errors import FacilityCodeTaken
from booking_api.domain.facility import Address, AgreedService, Badge, Doctor, Facility
from booking_api.use_cases.ports import FacilityFilter
from kit.errors import FieldError
from kit.transaction import Transaction

f, a = facility.c, agreed_service.c
_doctors = TypeAdapter(tuple[Doctor, ...])

_service, _text = bindparam("service", type_=Text()), bindparam("text", type_=Text())
_after_name, _after_id = bindparam("after_name", type_=Text()), bindparam("after_id", type_=Uuid())
_GET = select(facility).where(f.facility_id == bindparam("facility_id", type_=Uuid()))
_BY_CODE = select(facility).where(f.fund == bindparam("fund", type_=Text()), f.code == bindparam("code", type_=Text()))
_PAGE = (
    select(facility)
    .where(
        f.fund == bindparam("fund", type_=Text()),
        or_(_service == null(), exists().where(a.facility_id == f.facility_id, a.service_code == _service)),
        or_(_text == null(), f.name.ilike(_text, escape="\\"), f.town.ilike(_text, escape="\\")),
        or_(_after_name == null(), tuple_(f.name, f.facility_id) > tuple_(_after_name, _after_id)),
    )
    .order_by(f.name, f.facility_id)
    .limit(bindparam("limit", type_=Integer()))
)
_SERVICES = (
    select(agreed_service)
    .where(a.facility_id == any_(bindparam("ids", type_=postgresql.ARRAY(Uuid()))))
    .order_by(a.service_code, a.valid_from)
)
_insert = postgresql.insert(facility)
_UPSERT = _insert.on_conflict_do_update(
    index_elements=[f.facility_id],
    set_={column.name: _insert.excluded[column.name] for column in facility.columns if not column.primary_key},
    where=and_(f.fund == _insert.excluded.fund, f.code == _insert.excluded.code),
).returning(f.facility_id)
_DELETE_SERVICES = delete(agreed_service).where(a.facility_id == bindparam("key", type_=Uuid()))
_INSERT_SERVICES = insert(agreed_service)


class PostgresFacilityStore:
    """The facilities of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def by_code(self, code: str) -> Facility | None:
        return await self._one(_BY_CODE, {"fund": self._tx.fund, "code": code})

    async def get(self, facility_id: UUID) -> Facility | None:
        return await self._one(_GET, {"facility_id": facility_id})

    async def _one(self, statement: Any, parameters: Mapping[str, Any]) -> Facility | None:
        row = (await self._tx.conn.execute(statement, parameters)).mappings().one_or_none()
        return None if row is None else (await self._with_services([row]))[0]

    async def page(self, wanted: FacilityFilter) -> list[Facility]:
        name, last_id = wanted.after or (None, None)
        parameters = {
            "fund": self._tx.fund,
            "service": wanted.service_code,
            "text": _contains(wanted.text),
            "after_name": name,
            "after_id": last_id,
            "limit": wanted.limit,
        }
        rows = (await self._tx.conn.execute(_PAGE, parameters)).mappings().all()
        return await self._with_services(rows)

    async def _with_services(self, rows: Sequence[RowMapping]) -> list[Facility]:
        ids = [row["facility_id"] for row in rows]
        services: dict[UUID, list[AgreedService]] = defaultdict(list)
        for one in (await self._tx.conn.execute(_SERVICES, {"ids": ids})).mappings() if ids else ():
            agreed = AgreedService(one["service_code"], one["price_cents"], one["valid_from"], one["valid_to"])
            services[one["facility_id"]].append(agreed)
        return [_facility_of(row, services[row["facility_id"]]) for row in rows]

    async def put(self, facility: Facility) -> None:
        try:
            written = (await self._tx.conn.execute(_UPSERT, _row_of(facility, self._tx.fund))).scalar()
        except IntegrityError as error:
            if "facility_code" not in str(error.orig):
                raise
            written = None
        if written is None:
            fault = FieldError("/facility_id", "id_taken", "L'id o il codice appartiene a un'altra struttura")
            raise FacilityCodeTaken(fault.message, errors=[fault])
        await self._tx.conn.execute(_DELETE_SERVICES, {"key": facility.facility_id})
        if facility.services:
            await self._tx.conn.execute(_INSERT_SERVICES, _service_rows(facility, self._tx.fund))


def _contains(text: str | None) -> str | None:
    if text is None:
        return None
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _row_of(facility: Facility, fund: str) -> dict[str, Any]:
    address = facility.address
    return {
        "facility_id": facility.facility_id,
        "fund": fund,
        "code": facility.code,
        "name": facility.name,
        "street": address.street,
        "postal_code": address.postal_code,
        "town": address.town,
        "province": address.province,
        "latitude": address.latitude,
        "longitude": address.longitude,
        "phone": facility.phone,
        "iban": facility.iban,
        "badge": str(facility.badge),
        "doctors": _doctors.dump_python(facility.doctors, mode="json"),
    }


def _service_rows(facility: Facility, fund: str) -> list[dict[str, Any]]:
    return [
        {
            "facility_id": facility.facility_id,
            "fund": fund,
            "service_code": agreed.service_code,
            "price_cents": agreed.price_cents,
            "valid_from": agreed.valid_from,
            "valid_to": agreed.valid_to,
        }
        for agreed in facility.services
    ]


def _facility_of(row: RowMapping, services: Sequence[AgreedService]) -> Facility:
    return Facility(
        facility_id=row["facility_id"],
        code=row["code"],
        name=row["name"],
        address=Address(
            street=row["street"],
            town=row["town"],
            postal_code=row["postal_code"],
            province=row["province"],
            latitude=row["latitude"],
            longitude=row["longitude"],
        ),
        phone=row["phone"],
        iban=row["iban"],
        badge=Badge(row["badge"]),
        services=tuple(services),
        doctors=_doctors.validate_python(row["doctors"]),
    )
