"""The projection of published plans in PostgreSQL."""

from sqlalchemy import Text, bindparam, delete, select
from sqlalchemy.dialects import postgresql

from booking_api.adapters.tables import plan_version
from booking_api.domain.plan import PlanVersion
from kit.transaction import Transaction

v = plan_version.c

_VERSIONS = (
    select(plan_version)
    .where(v.fund == bindparam("fund", type_=Text()))
    .order_by(v.effective_from.desc(), v.version.desc())
)
_insert = postgresql.insert(plan_version)
_UPSERT = _insert.on_conflict_do_update(
    index_elements=[v.fund, v.plan_id, v.version],
    set_={column.name: _insert.excluded[column.name] for column in plan_version.columns if not column.primary_key},
)


class PostgresPlanStore:
    """The plans of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def versions(self) -> list[PlanVersion]:
        rows = await self._tx.conn.execute(_VERSIONS, {"fund": self._tx.fund})
        return [
            PlanVersion(
                plan_id=row["plan_id"],
                version=row["version"],
                effective_from=row["effective_from"],
                effective_to=row["effective_to"],
                notice_days=row["notice_days"],
                modes={article: frozenset(modes) for article, modes in row["modes"].items()},
            )
            for row in rows.mappings()
        ]

    async def put(self, plan: PlanVersion) -> None:
        row = {
            "fund": self._tx.fund,
            "plan_id": plan.plan_id,
            "version": plan.version,
            "effective_from": plan.effective_from,
            "effective_to": plan.effective_to,
            "notice_days": dict(plan.notice_days),
            "modes": {article: sorted(modes) for article, modes in plan.modes.items()},
        }
        await self._tx.conn.execute(_UPSERT, row)

    async def remove(self, plan_id: str, version: str) -> None:
        own = (v.fund == self._tx.fund) & (v.plan_id == plan_id) & (v.version == version)
        await self._tx.conn.execute(delete(plan_version).where(own))
