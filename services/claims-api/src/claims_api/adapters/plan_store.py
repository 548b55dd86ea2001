"""The projection of the fund's plan versions, in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.tables import PLAN_VERSION
from claims_api.domain.plan import Branch, PlanArticle, PlanVersion
from kit.context import Context

_ALL = select(PLAN_VERSION).where(PLAN_VERSION.c.fund == bindparam("fund"))


def _article(terms: Mapping[str, Any]) -> PlanArticle:
    return PlanArticle(**{**terms, "branch": Branch(terms["branch"])})


class PostgresPlanStore:
    """The port PlanStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def put(self, plan: PlanVersion) -> None:
        terms = {
            "effective_from": plan.effective_from,
            "effective_to": plan.effective_to,
            "claim_lapse_days": plan.claim_lapse_days,
            "filing_days": plan.filing_days,
            "articles": {article: asdict(terms) for article, terms in plan.articles.items()},
        }
        key = {"fund": self._context.fund, "plan_id": plan.plan_id, "version": plan.version}
        statement = insert(PLAN_VERSION).values(key | terms)
        await self._conn.execute(statement.on_conflict_do_update(index_elements=list(key), set_=terms))

    async def remove(self, plan_id: str, version: str) -> None:
        of = PLAN_VERSION.c
        own = (of.fund == self._context.fund) & (of.plan_id == plan_id) & (of.version == version)
        await self._conn.execute(delete(PLAN_VERSION).where(own))

    async def all(self) -> list[PlanVersion]:
        rows = await self._conn.execute(_ALL, {"fund": self._context.fund})
        return [
            PlanVersion(
                plan_id=row.plan_id,
                version=row.version,
                effective_from=row.effective_from,
                effective_to=row.effective_to,
                claim_lapse_days=row.claim_lapse_days,
                articles={article: _article(terms) for article, terms in row.articles.items()},
                filing_days=row.filing_days,
            )
            for row in rows
        ]
