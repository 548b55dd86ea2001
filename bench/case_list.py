"""Time "le tue pratiche" while the fund's claims grow: a member's page must cost the same at a thousand and a million.

python bench/case_list.py                  1,000, 10,000 and 100,000 claims
python bench/case_list.py --most 1000000   up to a million

Every member has twenty claims. The floor, in the same run and on the same connection: twenty rows of one member by the
index alone, without names, order, cases or direct services.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from member_import import NOW, database, wired
from sqlalchemy import text

from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.practice_row import RowSearch
from claims_api.use_cases.ports import CaseFilter, RowFilter
from kit.context import Context
from kit.testing.servers import postgres_server

EACH = 20
CALLS = 300
PAGE = 20
CONTEXT = Context(fund="fnm", actor="system:bench", now=NOW)

# Ids of one number, so that a member is found again by it; claims in the order of time, as ids of version 7 are.
_MEMBER = "('00000000-0000-7000-8000-' || lpad(to_hex(m), 12, '0'))::uuid"
_CLAIM = "('00000001-0000-7000-8000-' || lpad(to_hex(c), 12, '0'))::uuid"
_OF_CLAIM = "('00000000-0000-7000-8000-' || lpad(to_hex(c % :members), 12, '0'))::uuid"
IDS = {"member": _MEMBER, "claim": _CLAIM, "of_claim": _OF_CLAIM}
FILL = (
    """insert into claims.member (member_id, fund, number, category, enrolled_on, language, email, version,
        contact_version) select [member], 'fnm', m::text, 'employee', '2010-03-01', 'it', 'x@example.org', 1, 1
        from generate_series(cast(:first as int), :members - 1) m""",
    """insert into claims.person (person_id, fund, member_id, relation, first_name, last_name, fiscal_code, birth_date,
        disabled_104, valid_from) select [member], 'fnm', [member], 'member', 'Mario', 'Rossi', m::text, '1975-06-15',
        false, '2010-03-01' from generate_series(cast(:first as int), :members - 1) m""",
    """insert into claims.claim_case (case_id, fund, number, member_id, channel, state, created_at, submitted_at,
        received_on, settled_on) select [claim], 'fnm', c::text, [of_claim], 'portal', 'paid', now(), now(),
        date '2020-01-01' + (c % 2000)::int, date '2020-01-05' + (c % 2000)::int
        from generate_series(cast(:before as int), :claims - 1) c""",
    """insert into claims.claim (claim_id, fund, case_id, member_id, person_id, article, mode, service,
        document_number, document_number_key, document_date, amount_cents, currency, quantity, items, ssn_ticket,
        stamp_duty_cents, other_fund_refund_cents, provider_kind, provider_key, extra, state, revision, received_on,
        payable_cents, settled_cents, decision_id, missing, reasons)
        select [claim], 'fnm', [claim], [of_claim], [of_claim], '3.6', 'indirect', 'visita', c::text, c::text,
        date '2020-01-01' + (c % 2000)::int, 15000, 'EUR', 1, '[]', false, 0, 0, 'specialist', '', '{}', 'paid', 1,
        date '2020-01-01' + (c % 2000)::int, 9000, 9000, [claim], '[]', '[]'
        from generate_series(cast(:before as int), :claims - 1) c""",
)
FLOOR = text("select * from claims.claim where member_id = :member order by claim_id desc limit 20")

Call = Callable[[ClaimsTransaction, UUID], Awaitable[object]]


async def floor(tx: ClaimsTransaction, member_id: UUID) -> object:
    return (await tx.conn.execute(FLOOR, {"member": member_id})).all()


async def rows(tx: ClaimsTransaction, member_id: UUID) -> object:
    return await tx.practices.rows(RowFilter(RowSearch(), member_id, limit=PAGE))


async def filtered(tx: ClaimsTransaction, member_id: UUID) -> object:
    wanted = RowSearch(state="paid", name="ross", document_from=date(2021, 1, 1), document_to=date(2023, 12, 31))
    return await tx.practices.rows(RowFilter(wanted, member_id, limit=PAGE))


async def cases(tx: ClaimsTransaction, member_id: UUID) -> object:
    return await tx.cases.page(CaseFilter(member_id=member_id, limit=PAGE))


async def newest(tx: ClaimsTransaction, _member_id: UUID) -> object:
    return await tx.practices.rows(RowFilter(RowSearch(), limit=PAGE))


async def of_person(tx: ClaimsTransaction, member_id: UUID) -> object:
    return await tx.practices.rows(RowFilter(RowSearch(person_id=member_id), limit=PAGE))


async def of_days(tx: ClaimsTransaction, _member_id: UUID) -> object:
    wanted = RowSearch(document_from=date(2021, 1, 1), document_to=date(2021, 1, 2))
    return await tx.practices.rows(RowFilter(wanted, limit=PAGE))


async def in_state(tx: ClaimsTransaction, _member_id: UUID) -> object:
    return await tx.cases.page(CaseFilter(state=ClaimState.SUBMITTED, limit=PAGE))


STEPS: dict[str, Call] = {
    "floor: index alone": floor,
    "rows of a member": rows,
    "rows, four filters": filtered,
    "cases of a member": cases,
    "newest of the fund": newest,
    "the fund: a person": of_person,
    "the fund: two days": of_days,
    "the fund: a state": in_state,
}


async def fill(services: Services, before: int, claims: int) -> None:
    """Add claims and their members up to a number."""
    values = {"members": claims // EACH, "first": before // EACH, "before": before, "claims": claims}
    async with services.uow.begin(CONTEXT) as tx:
        for statement in FILL:
            for name, made in IDS.items():
                statement = statement.replace(f"[{name}]", made)  # noqa: PLW2901 (the same statement, completed)
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            await tx.conn.execute(text(statement), used)
    async with services.uow.database.engine.connect() as conn:
        vacuum = await conn.execution_options(isolation_level="AUTOCOMMIT")
        await vacuum.execute(text("analyze claims.claim, claims.claim_case, claims.person, claims.member"))


async def timed(services: Services, call: Call, members: int) -> tuple[float, float]:
    """Return p50 and p99 in milliseconds over random members, transaction included."""
    chosen = random.Random(7)
    taken = []
    for _ in range(CALLS):
        member_id = UUID(f"00000000-0000-7000-8000-{chosen.randrange(members):012x}")
        started = time.perf_counter()
        async with services.uow.begin(CONTEXT) as tx:
            await call(tx, member_id)
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)]


async def measure(dsn: str, most: int) -> None:
    """Print a line a step and size."""
    services = wired(dsn)
    before, claims = 0, 1000
    while claims <= most:
        await fill(services, before, claims)
        least = 0.0
        for name, call in STEPS.items():
            middle, last = await timed(services, call, claims // EACH)
            least = least or middle
            print(f"  {claims:9,} claims  {name:20} p50 {middle:7.2f} ms  p99 {last:7.2f} ms  {middle / least:5.1f} x")
        before, claims = claims, claims * 10
    await services.uow.database.dispose()


def main() -> None:
    """Measure on a real server."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=100_000)
    with postgres_server() as server, database(server) as dsn:
        asyncio.run(measure(dsn, parser.parse_args().most))


if __name__ == "__main__":
    main()
