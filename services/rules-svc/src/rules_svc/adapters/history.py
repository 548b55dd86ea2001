"""The decisions that stand, as a population: what was asked, on which facts, in order of receipt."""

from collections.abc import AsyncIterator
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from rules_svc.adapters.decision_rows import read_inputs
from rules_svc.domain.simulation import SimulatedClaim

# The newest decision on each claim and booking; a booking that gave its reservation back, or a claim that was
# taken back, took nothing.
_STANDING = """
    from rules.decision d
    where d.fund = :fund and cast(d.inputs -> 'request' ->> 'expense_date' as date) between :first and :last
      and not exists (
        select 1 from rules.decision later
        where (later.kind, later.subject_id) = (d.kind, d.subject_id) and later.revision > d.revision)
      and not exists (
        select 1 from rules.limit_posting p
        where p.decision_id = d.decision_id and p.kind = 'release')
      and not exists (select 1 from rules.withdrawn_claim w where w.claim_id = d.subject_id)
"""
_COUNT = text("select count(*)" + _STANDING)
_CLAIMS = text(
    "select d.subject_id, d.member_id, d.person_id, d.inputs" + _STANDING + "order by d.decided_at, d.decision_id"
)
_FETCHED = 1_000


async def count_claims(conn: AsyncConnection, fund: str, first: date, last: date) -> int:
    """Return how many decisions stand on expenses between two days, both included."""
    values = {"fund": fund, "first": first, "last": last}
    return int((await conn.execute(_COUNT, values)).scalar_one())


async def stored_claims(conn: AsyncConnection, fund: str, first: date, last: date) -> AsyncIterator[SimulatedClaim]:
    """Give the claims of a period in the order in which they were decided, without holding them all."""
    values = {"fund": fund, "first": first, "last": last}
    rows = await conn.stream(_CLAIMS, values, execution_options={"yield_per": _FETCHED})
    async for row in rows:
        request, facts = read_inputs(row.inputs)
        yield SimulatedClaim(str(row.subject_id), str(row.member_id), str(row.person_id), request, facts)
