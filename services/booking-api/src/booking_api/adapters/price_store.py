"""The history of agreed prices in PostgreSQL: append-only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    bindparam,
    insert,
    null,
    or_,
    select,
)

from booking_api.adapters.tables import facility, metadata
from booking_api.domain.price_history import PriceChange, RecordedPriceChange
from kit.transaction import Transaction

agreed_price_change = Table(
    "agreed_price_change",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("fund", Text, nullable=False),
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), nullable=False),
    Column("service_code", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("price_cents", BigInteger),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    Index("agreed_price_change_of_facility", "facility_id", "seq"),
)

h = agreed_price_change.c
_INSERT = insert(agreed_price_change)
_service, _before = bindparam("wanted_service", type_=Text()), bindparam("before", type_=BigInteger())
_PAGE = (
    select(agreed_price_change)
    .where(
        h.facility_id == bindparam("of_facility", type_=Uuid()),
        or_(_service == null(), h.service_code == _service),
        or_(_before == null(), h.seq < _before),
    )
    .order_by(h.seq.desc())
    .limit(bindparam("limit", type_=Integer()))
)


class PostgresPriceHistory:
    """The history of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def append(self, facility_id: UUID, changes: Sequence[PriceChange]) -> None:
        """Record changes as those of this transaction."""
        told = {"fund": self._tx.fund, "facility_id": facility_id}
        told |= {"recorded_at": self._tx.now, "recorded_by": self._tx.context.actor}
        rows: list[dict[str, Any]] = [
            told
            | {
                "service_code": one.service_code,
                "valid_from": one.valid_from,
                "valid_to": one.valid_to,
                "price_cents": one.price_cents,
            }
            for one in changes
        ]
        if rows:
            await self._tx.conn.execute(_INSERT, rows)

    async def page(
        self, facility_id: UUID, *, service_code: str | None, before: int | None, limit: int
    ) -> list[RecordedPriceChange]:
        """Return one page, the newest first."""
        parameters = {"of_facility": facility_id, "wanted_service": service_code, "before": before, "limit": limit}
        return [
            RecordedPriceChange(
                seq=row["seq"],
                facility_id=row["facility_id"],
                change=PriceChange(row["service_code"], row["valid_from"], row["valid_to"], row["price_cents"]),
                recorded_at=row["recorded_at"],
                recorded_by=row["recorded_by"],
            )
            for row in (await self._tx.conn.execute(_PAGE, parameters)).mappings()
        ]
