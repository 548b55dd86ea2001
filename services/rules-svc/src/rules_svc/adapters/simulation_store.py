"""Simulations that were asked for: what, how far, and what came out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules_svc.adapters.tables import SIMULATION
from rules_svc.domain.errors import SimulationNotFound
from rules_svc.use_cases.office_ports import SimulationAsked

_S = SIMULATION.c
_SHOWN = [column for column in SIMULATION.columns if column.name not in {"content", "result"}]
_BY_ID = select(SIMULATION).where(_S.simulation_id == bindparam("simulation_id"))


class PostgresSimulationStore:
    """The simulations of one fund; the worker looks at all funds."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def add(self, asked: SimulationAsked) -> None:
        """Queue a simulation."""
        row = {
            "simulation_id": asked.simulation_id,
            "fund": self._fund,
            "plan_id": asked.plan_id,
            "version": asked.version,
            "hash": asked.hash,
            "content": dict(asked.content),
            "population": dict(asked.population),
            "state": "queued",
            "requested_by": asked.requested_by,
            "requested_at": self._now,
            "claims_done": 0,
        }
        await self._conn.execute(insert(SIMULATION), row)

    async def find(self, simulation_id: UUID) -> Mapping[str, Any]:
        """Return one simulation with its result.

        Raises: SimulationNotFound.
        """
        row = (await self._conn.execute(_BY_ID, {"simulation_id": simulation_id})).mappings().one_or_none()
        if row is None:
            raise SimulationNotFound("no such simulation")
        return dict(row)

    async def page(self, before: tuple[datetime, UUID] | None, limit: int) -> list[Mapping[str, Any]]:
        """List simulations without their results, the newest first."""
        keys = (_S.requested_at, _S.simulation_id)
        query = select(*_SHOWN).order_by(*(key.desc() for key in keys)).limit(limit)
        if before is not None:
            query = query.where(or_(keys[0] < before[0], (keys[0] == before[0]) & (keys[1] < before[1])))
        return [dict(row) for row in (await self._conn.execute(query)).mappings()]

    async def take(self, *, silent_for: timedelta) -> tuple[str, UUID] | None:
        """Take the oldest one that waits, or whose process has said nothing for so long; return its fund and id."""
        waits = (_S.state == "queued") | ((_S.state == "running") & (_S.heard_at < self._now - silent_for))
        oldest = select(_S.simulation_id).where(waits).order_by(_S.requested_at).limit(1)
        taken = (
            update(SIMULATION)
            .where(_S.simulation_id == oldest.with_for_update(skip_locked=True).scalar_subquery())
            .values(state="running", heard_at=self._now, claims_done=0, attempts=_S.attempts + 1)
            .returning(_S.fund, _S.simulation_id)
        )
        row = (await self._conn.execute(taken)).one_or_none()
        return None if row is None else (row.fund, row.simulation_id)

    async def progress(self, simulation_id: UUID, *, done: int, total: int) -> None:
        """Say how far it has come."""
        await self._change(simulation_id, claims_done=done, claims_total=total, heard_at=func.now())

    async def finish(self, simulation_id: UUID, *, result: Mapping[str, Any]) -> None:
        """Keep the result."""
        await self._change(simulation_id, state="done", result=dict(result), finished_at=self._now)

    async def fail(self, simulation_id: UUID, *, fault: str) -> None:
        """Keep the reason why there is none."""
        await self._change(simulation_id, state="failed", fault=fault, finished_at=self._now)

    async def _change(self, simulation_id: UUID, **values: Any) -> None:
        running = (_S.simulation_id == simulation_id) & (_S.state == "running")
        await self._conn.execute(update(SIMULATION).where(running).values(**values))
