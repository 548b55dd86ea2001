"""Reports on imports in PostgreSQL."""

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, Text, Uuid, bindparam, func, insert, select

from booking_api.adapters.tables import network_import
from booking_api.domain.network_import import ImportState, LineFault, NetworkImport
from kit.transaction import Transaction

n = network_import.c
_faults = TypeAdapter(tuple[LineFault, ...])

_LOCK = select(func.pg_advisory_xact_lock(func.hashtext(bindparam("name", type_=Text()))))
_GET = select(network_import).where(n.import_id == bindparam("import_id", type_=Uuid()))
_APPLIED = select(network_import).where(
    n.fund == bindparam("fund", type_=Text()),
    n.sha256 == bindparam("sha256", type_=Text()),
    n.state == ImportState.APPLIED.value,
)
_INSERT = insert(network_import)


class PostgresImportStore:
    """The imports of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def lock(self) -> None:
        await self._tx.conn.execute(_LOCK, {"name": f"network_import:{self._tx.fund}"})

    async def get(self, import_id: UUID) -> NetworkImport | None:
        return await self._one(_GET, {"import_id": import_id})

    async def applied(self, sha256: str) -> NetworkImport | None:
        return await self._one(_APPLIED, {"fund": self._tx.fund, "sha256": sha256})

    async def _one(self, statement: Any, parameters: dict[str, Any]) -> NetworkImport | None:
        row = (await self._tx.conn.execute(statement, parameters)).mappings().one_or_none()
        return None if row is None else _import_of(row)

    async def add(self, report: NetworkImport) -> None:
        row = {name: getattr(report, name) for name in NetworkImport.__dataclass_fields__}
        row |= {
            "fund": self._tx.fund,
            "state": report.state.value,
            "faults": _faults.dump_python(report.faults, mode="json"),
        }
        await self._tx.conn.execute(_INSERT, row)


def _import_of(row: RowMapping) -> NetworkImport:
    values = {name: row[name] for name in NetworkImport.__dataclass_fields__}
    return NetworkImport(
        **values | {"state": ImportState(row["state"]), "faults": _faults.validate_python(row["faults"])}
    )
