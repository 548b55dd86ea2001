"""How a fund's bank takes files, frozen on each run, and several files of one run."""

from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "payouts"
FORMATS = "('pain.001.001.03', 'pain.001.001.09', 'CBIPaymentRequest.00.04.01')"
CBI = "CBIPaymentRequest.00.04.01"

STATEMENTS = (
    f"""
    create table payouts.bank_channel (
      fund text primary key, file_format text not null, transfers_per_file integer not null, sender_code text,
      changed_by text not null, changed_at timestamptz not null,
      constraint bank_channel_format check (file_format in {FORMATS}),
      constraint bank_channel_transfers check (transfers_per_file > 0),
      constraint bank_channel_sender check (file_format <> '{CBI}' or sender_code is not null)
    )
    """,
    f"""
    alter table payouts.payout_run
      add column file_format text not null default 'pain.001.001.09',
      add column transfers_per_file integer not null default 50000,
      add column sender_code text,
      add constraint payout_run_format check (file_format in {FORMATS}),
      add constraint payout_run_transfers check (transfers_per_file > 0)
    """,
    """
    create table payouts.payout_file (
      run_id uuid not null references payouts.payout_run, number integer not null, fund text not null,
      after_line integer not null, last_line integer not null, transfers integer not null, amount_cents bigint not null,
      file_key text not null, sha256 text not null, size_bytes bigint not null,
      primary key (run_id, number),
      constraint payout_file_number check (number between 1 and 99),
      constraint payout_file_lines check (last_line > after_line),
      constraint payout_file_transfers check (transfers > 0 and amount_cents > 0)
    )
    """,
    """
    insert into payouts.payout_file (run_id, number, fund, after_line, last_line, transfers, amount_cents,
                                     file_key, sha256, size_bytes)
    select run_id, 1, fund, 0, paid_payees + carried_payees + held_payees, paid_payees, paid_cents,
           file_key, file_sha256, file_bytes
    from payouts.payout_run where file_key is not null
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("bank_channel", "payout_file"):
        enable_fund_rls(op, SCHEMA, table)
    append_only(op, SCHEMA, "payout_file")


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
