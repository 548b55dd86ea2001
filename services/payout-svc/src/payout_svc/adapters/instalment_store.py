"""Instalments in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, select, text, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.tables import instalment
from payout_svc.domain.instalment import Instalment, InstalmentAnswer, InstalmentState, LapseReason
from payout_svc.domain.payout_run import PayoutRun

_SIBLING = instalment.alias("sibling")
_TOTAL = (
    select(func.max(_SIBLING.c.number))
    .where(_SIBLING.c.fund == instalment.c.fund, _SIBLING.c.claim_id == instalment.c.claim_id)
    .scalar_subquery()
    .label("total")
)
_BUT_KEYS = ("state", "payable_cents", "reasons")
_WAITING = sorted({InstalmentState.PLANNED, InstalmentState.SCHEDULED})
# The claims whose first instalment these payouts carry. The limit keeps the planner on the claims' side: there are few
# instalments, and a run has 100,000 payables.
_PAID_CLAIMS = """
    from payouts.instalment waiting
    cross join lateral (
      select payout.execution_on
      from payouts.payable
      join payouts.payout_payable item using (payable_id)
      join payouts.payout using (payout_id)
      where payable.fund = waiting.fund and payable.source_kind = 'claim' and payable.source_id = waiting.claim_id
        and {payouts}
      limit 1
    ) paid
    where waiting.instalment_id = instalment.instalment_id and instalment.fund = :fund
"""
_SCHEDULE = text(f"""
    update payouts.instalment
    set state = 'scheduled',
        due_on = (date_trunc('month', paid.execution_on) + make_interval(years => instalment.number - 1))::date
    {_PAID_CLAIMS.format(payouts="payout.run_id = :run_id")} and waiting.state in ('planned', 'scheduled')
""")  # noqa: S608 (constants)
_UNSCHEDULE = text(f"""
    update payouts.instalment set state = 'planned'
    {_PAID_CLAIMS.format(payouts="payout.payout_id = any(:payout_ids)")} and waiting.state = 'scheduled'
""")  # noqa: S608 (constants)


class PostgresInstalmentStore:
    """The instalments of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def plan(self, instalments: Sequence[Instalment]) -> None:
        rows = [
            {key: value for key, value in asdict(one).items() if key not in _BUT_KEYS}
            | {"fund": self._fund, "state": one.state}
            for one in instalments
        ]
        await self._conn.execute(postgresql.insert(instalment).on_conflict_do_nothing(), rows)

    async def schedule_for_run(self, run: PayoutRun) -> None:
        await self._conn.execute(_SCHEDULE, {"fund": self._fund, "run_id": run.run_id})

    async def unschedule(self, payout_ids: Sequence[UUID]) -> None:
        await self._conn.execute(_UNSCHEDULE, {"fund": self._fund, "payout_ids": list(payout_ids)})

    async def take_due(self, *, today: date, limit: int, at: datetime) -> Sequence[Instalment]:
        due = (
            select(instalment)
            .where(instalment.c.fund == self._fund, instalment.c.state == InstalmentState.SCHEDULED)
            .where(instalment.c.due_on <= today)
            .order_by(instalment.c.due_on, instalment.c.instalment_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        found = [_instalment_of(row) for row in (await self._conn.execute(due)).mappings()]
        ids = [one.instalment_id for one in found]
        asked = update(instalment).where(instalment.c.instalment_id.in_(ids))
        await self._conn.execute(asked.values(state=InstalmentState.ASKED, asked_at=at))
        return found

    async def lock(self, instalment_id: UUID) -> Instalment | None:
        query = select(instalment).where(instalment.c.instalment_id == instalment_id, instalment.c.fund == self._fund)
        row = (await self._conn.execute(query.with_for_update())).mappings().one_or_none()
        return None if row is None else _instalment_of(row)

    async def decide(self, answer: InstalmentAnswer, *, at: datetime) -> None:
        granted = answer.payable_cents > 0
        values = {
            "state": InstalmentState.GRANTED if granted else InstalmentState.LAPSED,
            "decided_at": at,
            "payable_cents": answer.payable_cents if granted else None,
            "plan_version": answer.plan_version,
            "reasons": None if granted else [asdict(reason) for reason in answer.reasons],
        }
        if granted:
            values.pop("reasons")
        own = instalment.c.instalment_id == answer.instalment_id
        await self._conn.execute(update(instalment).where(own).values(values))

    async def follow_decision(self, claim_id: UUID, *, decision_id: UUID, still_paid: bool, at: datetime) -> None:
        waiting = update(instalment).where(
            instalment.c.fund == self._fund, instalment.c.claim_id == claim_id, instalment.c.state.in_(_WAITING)
        )
        values: dict[str, Any] = {"decision_id": decision_id}
        if not still_paid:
            reason = LapseReason(
                "claim_corrected",
                "La richiesta è stata corretta e non dà più diritto al sussidio",
                "The claim was corrected and gives no benefit any more",
            )
            values |= {"state": InstalmentState.LAPSED, "decided_at": at, "reasons": [asdict(reason)]}
        await self._conn.execute(waiting.values(values))

    async def funds_with_due(self, *, today: date) -> Sequence[str]:
        """Return the funds that have instalments to ask about, seen from all funds."""
        query = select(instalment.c.fund).where(instalment.c.state == InstalmentState.SCHEDULED)
        return (await self._conn.execute(query.where(instalment.c.due_on <= today).distinct())).scalars().all()

    async def page(
        self,
        *,
        member_id: UUID | None,
        claim_id: UUID | None,
        state: str | None,
        after: tuple[UUID, int] | None,
        limit: int,
    ) -> Sequence[tuple[Instalment, int]]:
        """Return instalments by claim and number, each with how many its benefit has."""
        wanted = {"member_id": member_id, "claim_id": claim_id, "state": state}
        query = select(instalment, _TOTAL).where(instalment.c.fund == self._fund)
        query = query.where(*(instalment.c[name] == value for name, value in wanted.items() if value is not None))
        if after is not None:
            query = query.where(tuple_(instalment.c.claim_id, instalment.c.number) > tuple_(*after))
        rows = await self._conn.execute(query.order_by(instalment.c.claim_id, instalment.c.number).limit(limit))
        return [(_instalment_of(row), row["total"]) for row in rows.mappings()]


def _instalment_of(row: RowMapping) -> Instalment:
    known = {name: row[name] for name in Instalment.__dataclass_fields__}
    reasons = [LapseReason(**reason) for reason in row["reasons"] or ()]
    return Instalment(**known | {"state": InstalmentState(row["state"]), "reasons": reasons})
