"""Check the balance of ledger entries once a statement instead of once a row, and drop what `payout_file` replaced."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# A statement must add whole entries: its own new postings sum to zero for each entry, so every entry always does. The
# new rows come from the statement itself, whatever the fund of the session.
BALANCED = (
    "drop trigger balanced on payouts.ledger_transaction",
    "drop trigger balanced on payouts.posting",
    "drop function payouts.require_balanced()",
    """
    create function payouts.require_balanced() returns trigger language plpgsql as $$
    declare
      broken bigint;
    begin
      select transaction_id into broken from added group by transaction_id having sum(amount_cents) <> 0 limit 1;
      if found then
        raise exception 'ledger transaction % does not sum to zero', broken
          using errcode = 'integrity_constraint_violation';
      end if;
      return null;
    end $$
    """,
    # One lookup an entry, by the key: never a join, whose plan would stay in the session when the ledger has grown.
    """
    create function payouts.require_postings() returns trigger language plpgsql as $$
    declare
      broken bigint;
    begin
      select transaction_id into broken from added
      where (select count(*) from payouts.posting
             where posting.transaction_id = added.transaction_id and line in (1, 2)) <> 2
      limit 1;
      if found then
        raise exception 'ledger transaction % does not sum to zero: it has no two postings', broken
          using errcode = 'integrity_constraint_violation';
      end if;
      return null;
    end $$
    """,
    """
    create trigger balanced after insert on payouts.posting
      referencing new table as added for each statement execute function payouts.require_balanced()
    """,
    """
    create trigger balanced after insert on payouts.ledger_transaction
      referencing new table as added for each statement execute function payouts.require_postings()
    """,
)

# 0002 copied these columns; a release of that time may have written one more since.
FILES = (
    """
    insert into payouts.payout_file (run_id, number, fund, after_line, last_line, transfers, amount_cents,
                                     file_key, sha256, size_bytes)
    select run_id, 1, fund, 0, paid_payees + carried_payees + held_payees, paid_payees, paid_cents,
           file_key, file_sha256, file_bytes
    from payouts.payout_run run
    where file_key is not null and not exists (select from payouts.payout_file where payout_file.run_id = run.run_id)
    """,
    """
    alter table payouts.payout_run drop column file_key, drop column file_sha256, drop column file_bytes
    """,
)


def upgrade() -> None:
    for statement in (*BALANCED, *FILES):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
