"""The campaigns of a fund in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping, Text, bindparam, select
from sqlalchemy.dialects import postgresql

from booking_api.adapters.tables import campaign
from booking_api.domain.campaign import Campaign
from kit.transaction import Transaction

c = campaign.c

_OF_FUND = select(campaign).where(c.fund == bindparam("of_fund", type_=Text()))
_GET = _OF_FUND.where(c.code == bindparam("of_code", type_=Text()))
_ALL = _OF_FUND.order_by(c.valid_from.desc(), c.code)
_put = postgresql.insert(campaign)
_PUT = _put.on_conflict_do_update(
    index_elements=[c.fund, c.code],
    set_={column.name: _put.excluded[column.name] for column in campaign.columns if not column.primary_key},
)


class PostgresCampaignStore:
    """The campaigns of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def get(self, code: str) -> Campaign | None:
        parameters = {"of_fund": self._tx.fund, "of_code": code}
        row = (await self._tx.conn.execute(_GET, parameters)).mappings().one_or_none()
        return None if row is None else _campaign_of(row)

    async def all(self) -> Sequence[Campaign]:
        rows = (await self._tx.conn.execute(_ALL, {"of_fund": self._tx.fund})).mappings().all()
        return [_campaign_of(row) for row in rows]

    async def put(self, campaign: Campaign) -> None:
        row: dict[str, Any] = asdict(campaign) | {"fund": self._tx.fund, "services": list(campaign.services)}
        await self._tx.conn.execute(_PUT, row)


def _campaign_of(row: RowMapping) -> Campaign:
    return Campaign(
        code=row["code"],
        title_it=row["title_it"],
        title_en=row["title_en"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        services=tuple(row["services"]),
    )
