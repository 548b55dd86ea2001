"""What the database itself refuses, whatever the code does."""

import pytest
from payout_factories import FundDriver, Killed, begin_killed_after
from sqlalchemy.exc import DBAPIError, IntegrityError

POST = """
    with entry as (
      insert into payouts.ledger_transaction (fund, kind, source_id, booked_on, posted_at)
      values ('fnm', 'payout_settled', gen_random_uuid(), '2026-11-30', now()) returning transaction_id
    )
    insert into payouts.posting (transaction_id, line, fund, account, amount_cents)
    select transaction_id, line, 'fnm', :account, amount
    from entry, unnest(cast(:amounts as bigint[])) with ordinality as side (amount, line)
    returning transaction_id
"""


async def _post(fund: FundDriver, *amounts: int, account: str = "bank:account") -> int:
    rows = await fund.rows(POST, amounts=list(amounts), account=account)
    return rows[0]["transaction_id"] if rows else 0


async def _add_postings(fund: FundDriver, transaction_id: int, *amounts: int) -> None:
    sql = """insert into payouts.posting (transaction_id, line, fund, account, amount_cents)
             select :transaction_id, line + 2, 'fnm', 'bank:account', amount
             from unnest(cast(:amounts as bigint[])) with ordinality as side (amount, line) returning line"""
    await fund.rows(sql, transaction_id=transaction_id, amounts=list(amounts))


async def test_balanced_entry_is_accepted(fund: FundDriver) -> None:
    await _post(fund, 100, -100)
    assert await fund.is_balanced()


@pytest.mark.parametrize("amounts", [(), (100,), (100, -99), (100, -50, -49)])
async def test_unbalanced_entry_is_refused(fund: FundDriver, amounts: tuple[int, ...]) -> None:
    with pytest.raises(DBAPIError, match="does not sum to zero"):
        await _post(fund, *amounts)
    assert await fund.rows("select * from payouts.ledger_transaction") == []


async def test_one_wrong_entry_of_many_is_refused(fund: FundDriver) -> None:
    for number in range(1, 4):
        await fund.settle(await fund.enrol(number=number), 9000 + number)
    sql = """with entry as (
               insert into payouts.ledger_transaction (fund, kind, source_id, booked_on, posted_at)
               select 'fnm', 'payout_settled', source_id, booked_on, posted_at from payouts.ledger_transaction
               returning transaction_id
             )
             insert into payouts.posting (transaction_id, line, fund, account, amount_cents)
             select transaction_id, line, 'fnm', 'bank:account', case line when 1 then 100 else -100 end
               + case when line = 2 and transaction_id % 3 = 0 then 1 else 0 end
             from entry, generate_series(1, 2) line returning line"""
    with pytest.raises(DBAPIError, match="does not sum to zero"):
        await fund.rows(sql)


async def test_postings_added_later_must_balance_too(fund: FundDriver) -> None:
    transaction_id = await _post(fund, 100, -100)
    with pytest.raises(DBAPIError, match="does not sum to zero"):
        await _add_postings(fund, transaction_id, 5)
    await _add_postings(fund, transaction_id, 5, -5)
    assert await fund.is_balanced()


async def test_unknown_account_is_refused(fund: FundDriver) -> None:
    with pytest.raises(IntegrityError, match="posting_account"):
        await _post(fund, 100, -100, account="bank:pocket")


@pytest.mark.parametrize("table", ["posting", "ledger_transaction", "payout_payable", "payable"])
@pytest.mark.parametrize("change", ["update payouts.{} set fund = 'fnm'", "delete from payouts.{}"])
async def test_history_cannot_be_changed(fund: FundDriver, table: str, change: str) -> None:
    await fund.settle(await fund.enrol(), 9000)
    await fund.pay()
    with pytest.raises(DBAPIError, match="append-only"):
        await fund.rows(change.format(table))


async def test_four_eyes_are_the_databases_rule_too(fund: FundDriver) -> None:
    run = await fund.prepare(by="paolo")
    sql = "update payouts.payout_run set state = 'approved', approved_by = 'paolo', approved_at = now()"
    with pytest.raises(IntegrityError, match="payout_run_four_eyes"):
        await fund.rows(sql)
    with pytest.raises(IntegrityError, match="payout_run_approved"):
        await fund.rows("update payouts.payout_run set state = 'posted'")
    assert (await fund.prepare()).sequence == run.sequence + 1


async def test_only_one_run_of_a_month_is_open(fund: FundDriver) -> None:
    await fund.prepare()
    sql = """insert into payouts.payout_run (run_id, fund, month, sequence, state, execution_on, cutoff_on,
             minimum_cents, prepared_by, prepared_at)
             values (gen_random_uuid(), 'fnm', '2026-11-01', 9, 'prepared', '2026-11-30', '2026-11-27', 1, 'x',
                     now())"""
    with pytest.raises(IntegrityError, match="payout_run_one_open"):
        await fund.rows(sql)


async def test_payable_fits_into_one_payout_only(fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(number=1), 9000)
    await fund.settle(await fund.enrol(number=2), 8000)
    await fund.pay()
    sql = """insert into payouts.payout_payable (payout_id, payable_id, fund, attempt)
             select payout.payout_id, item.payable_id, 'fnm', 0 from payouts.payout, payouts.payout_payable item
             where item.payout_id <> payout.payout_id limit 1"""
    with pytest.raises(IntegrityError, match="payout_payable_once"):
        await fund.rows(sql)


async def test_another_fund_sees_nothing(fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(), 9000)
    await fund.pay()
    stranger = FundDriver(fund.services, "other")
    for table in ("payable", "payout", "payout_run", "payout_line", "posting", "ledger_transaction", "payee"):
        assert await fund.rows(f"select 1 from payouts.{table}"), table
        assert await stranger.rows(f"select 1 from payouts.{table}") == [], table


async def test_killed_transaction_leaves_nothing(fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(), 9000)
    run = await fund.approve(await fund.prepare())
    with pytest.raises(Killed):
        await fund.execute(run, begin_killed_after(fund.begin(), 0))
    assert await fund.payouts() == []
