"""Payment terms in PostgreSQL."""

from datetime import date, datetime

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.tables import payment_terms
from payout_svc.domain.payment_terms import PaymentTerms

_RECORD = text("""
    insert into payouts.payment_terms (fund, plan_id, effective_from, effective_to, threshold_cents,
                                       strictly_greater, except_months, published_at)
    values (:fund, :plan_id, :effective_from, :effective_to, :threshold_cents, :strictly_greater,
            cast(:except_months as smallint[]), :published_at)
    on conflict (fund, plan_id, effective_from) do update
    set effective_to = excluded.effective_to, threshold_cents = excluded.threshold_cents,
        strictly_greater = excluded.strictly_greater, except_months = excluded.except_months,
        published_at = excluded.published_at
    where payment_terms.published_at < excluded.published_at
""")


class PostgresTermsStore:
    """The payment terms of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def record(self, terms: PaymentTerms, *, published_at: datetime) -> None:
        row = {
            "fund": self._fund,
            "plan_id": terms.plan_id,
            "effective_from": terms.effective_from,
            "effective_to": terms.effective_to,
            "threshold_cents": terms.threshold_cents,
            "strictly_greater": terms.strictly_greater,
            "except_months": sorted(terms.except_months),
            "published_at": published_at,
        }
        await self._conn.execute(_RECORD, row)

    async def remove(self, plan_id: str, effective_from: date, *, published_before: datetime) -> None:
        """Forget the terms of a withdrawn version, but not those of another one that begins on its day."""
        of = payment_terms.c
        own = (of.fund == self._fund) & (of.plan_id == plan_id) & (of.effective_from == effective_from)
        await self._conn.execute(delete(payment_terms).where(own, of.published_at < published_before))

    async def in_force(self, on: date) -> PaymentTerms | None:
        table = payment_terms
        query = (
            select(table)
            .where(table.c.fund == self._fund, table.c.effective_from <= on)
            .where((table.c.effective_to.is_(None)) | (table.c.effective_to > on))
            .order_by(table.c.effective_from.desc(), table.c.published_at.desc())
            .limit(1)
        )
        row = (await self._conn.execute(query)).one_or_none()
        if row is None:
            return None
        return PaymentTerms(
            plan_id=row.plan_id,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            threshold_cents=row.threshold_cents,
            strictly_greater=row.strictly_greater,
            except_months=frozenset(row.except_months),
        )
