"""The network's facilities in PostgreSQL."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    RowMapping,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from booking_api.adapters.facility_search import campaigns_of, search_statement
from booking_api.adapters.price_store import PostgresPriceHistory
from booking_api.adapters.slot_search import first_slots, slot_parameters, window_kind
from booking_api.adapters.slot_store import slot_of
from booking_api.adapters.tables import agreed_service, campaign_facility, facility, facility_word
from booking_api.domain.errors import FacilityCodeTaken
from booking_api.domain.facility import Address, AgreedService, Badge, Doctor, Facility, Participation
from booking_api.domain.facility_search import FacilitySearch, FoundFacility
from booking_api.domain.price_history import price_changes
from booking_api.domain.search_words import plain, words_of
from booking_api.domain.slot import Slot
from kit.errors import FieldError
from kit.transaction import Transaction

f, a, p = facility.c, agreed_service.c, campaign_facility.c
_doctors = TypeAdapter(tuple[Doctor, ...])

_columns = (*facility.c, campaigns_of(f.facility_id))
_GET = select(*_columns).where(f.facility_id == bindparam("facility_id", type_=Uuid()))
_BY_CODE = select(*_columns).where(f.fund == bindparam("fund", type_=Text()), f.code == bindparam("code", type_=Text()))
_SERVICES = (
    select(a.facility_id, a.service_code, a.price_cents, a.valid_from, a.valid_to)
    .where(a.facility_id == any_(bindparam("ids", type_=postgresql.ARRAY(Uuid()))))
    .order_by(a.service_code, a.valid_from)
)
_insert = postgresql.insert(facility)
_UPSERT = _insert.on_conflict_do_update(
    index_elements=[f.facility_id],
    set_={column.name: _insert.excluded[column.name] for column in facility.columns if not column.primary_key},
    where=and_(f.fund == _insert.excluded.fund, f.code == _insert.excluded.code),
).returning(f.facility_id)
_DELETE_SERVICES = (
    delete(agreed_service)
    .where(a.facility_id == bindparam("key", type_=Uuid()))
    .returning(a.service_code, a.price_cents, a.valid_from, a.valid_to)
)
_INSERT_SERVICES = insert(agreed_service)
_DELETE_CAMPAIGNS = delete(campaign_facility).where(p.facility_id == bindparam("key", type_=Uuid()))
_INSERT_CAMPAIGNS = insert(campaign_facility)
_DELETE_WORDS = delete(facility_word).where(facility_word.c.facility_id == bindparam("key", type_=Uuid()))
_INSERT_WORDS = insert(facility_word)


class PostgresFacilityStore:
    """The facilities of the transaction's fund."""

    def __init__(self, tx: Transaction, prices: PostgresPriceHistory) -> None:
        self._tx = tx
        self._prices = prices

    async def by_code(self, code: str) -> Facility | None:
        return await self._one(_BY_CODE, {"fund": self._tx.fund, "code": code})

    async def get(self, facility_id: UUID) -> Facility | None:
        return await self._one(_GET, {"facility_id": facility_id})

    async def _one(self, statement: Any, parameters: Mapping[str, Any]) -> Facility | None:
        row = (await self._tx.conn.execute(statement, parameters)).mappings().one_or_none()
        return None if row is None else (await self._with_services([row]))[0]

    async def search(self, wanted: FacilitySearch) -> list[FoundFacility]:
        nearby = wanted.nearby
        rows = await self._found(nearby) if nearby else []
        if len(rows) < wanted.limit:
            rows = await self._found(wanted)
        facilities = await self._with_services(rows)
        slots = await self._first_slots([one.facility_id for one in facilities], wanted)
        return [
            FoundFacility(one, row["haversine"], row["agreed_cents"], tuple(slots[one.facility_id]), row["first_at"])
            for one, row in zip(facilities, rows, strict=True)
        ]

    async def _found(self, wanted: FacilitySearch) -> Sequence[RowMapping]:
        statement, parameters = search_statement(wanted, self._tx.fund, self._tx.now)
        found: Sequence[RowMapping] = (await self._tx.conn.execute(statement, parameters)).mappings().all()
        return found

    async def _first_slots(self, ids: Sequence[UUID], wanted: FacilitySearch) -> Mapping[UUID, list[Slot]]:
        found: dict[UUID, list[Slot]] = defaultdict(list)
        if wanted.window is None or not ids:
            return found
        service = {"service": wanted.service_code} if wanted.service_code else {}
        parameters = {"ids": ids} | service | slot_parameters(wanted.window, now=self._tx.now)
        statement = first_slots(window_kind(wanted.window), of_service=bool(service))
        for row in (await self._tx.conn.execute(statement, parameters)).mappings():
            found[row["facility_id"]].append(slot_of(row))
        return found

    async def _with_services(self, rows: Sequence[RowMapping]) -> list[Facility]:
        ids = [row["facility_id"] for row in rows]
        services: dict[UUID, list[AgreedService]] = defaultdict(list)
        # Rows as they come: a page has hundreds, and a name for each of their columns costs more than the query.
        for facility_id, *agreed in await self._tx.conn.execute(_SERVICES, {"ids": ids}) if ids else ():
            services[facility_id].append(AgreedService(*agreed))
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
        before = (await self._tx.conn.execute(_DELETE_SERVICES, {"key": facility.facility_id})).mappings()
        changes = price_changes([AgreedService(**row) for row in before], facility.services)
        await self._prices.append(facility.facility_id, changes)
        if facility.services:
            await self._tx.conn.execute(_INSERT_SERVICES, _service_rows(facility, self._tx.fund))
        await self._tx.conn.execute(_DELETE_CAMPAIGNS, {"key": facility.facility_id})
        if facility.campaigns:
            of_facility = {"fund": self._tx.fund, "facility_id": facility.facility_id}
            rows = [of_facility | {"campaign_code": code} for code in facility.campaigns]
            await self._tx.conn.execute(_INSERT_CAMPAIGNS, rows)
        await self._tx.conn.execute(_DELETE_WORDS, {"key": facility.facility_id})
        await self._tx.conn.execute(_INSERT_WORDS, word_rows(facility, self._tx.fund))


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
        "town_key": plain(address.town),
        "province": address.province,
        "latitude": address.latitude,
        "longitude": address.longitude,
        "phone": facility.phone,
        "iban": facility.iban,
        "badge": str(facility.badge),
        "vat_number": facility.vat_number,
        "takes_part_from": facility.participation.valid_from,
        "takes_part_until": facility.participation.valid_to,
        "direct": facility.participation.direct,
        "doctors": _doctors.dump_python(facility.doctors, mode="json"),
    }


def word_rows(facility: Facility, fund: str) -> list[dict[str, Any]]:
    """Return the words by which a facility is found."""
    words = {
        "name": words_of(facility.name),
        "doctor": frozenset().union(*(words_of(doctor.name) for doctor in facility.doctors)),
    }
    return [
        {"facility_id": facility.facility_id, "kind": kind, "word": word, "fund": fund}
        for kind, several in words.items()
        for word in sorted(several)
    ]


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
        doctors=tuple(Doctor(one["name"], tuple(one["services"])) for one in row["doctors"]),
        vat_number=row["vat_number"],
        participation=Participation(row["takes_part_from"], row["takes_part_until"], row["direct"]),
        campaigns=tuple(row["campaigns"]),
    )
