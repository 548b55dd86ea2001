"""The bank's account statements and notices, with what each line did."""

from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "payouts"

STATEMENTS = (
    """
    create table payouts.bank_statement (
      statement_id uuid primary key, fund text not null, sha256 text not null, kind text not null,
      message_id text not null, received_at timestamptz not null, received_by text not null,
      settled integer not null, returned integer not null, unchanged integer not null, pending integer not null,
      unmatched integer not null,
      constraint bank_statement_once unique (fund, sha256),
      constraint bank_statement_kind check (kind in ('camt.053', 'camt.054'))
    )
    """,
    """
    create table payouts.bank_statement_line (
      statement_id uuid not null references payouts.bank_statement, line integer not null, fund text not null,
      booked_on date, direction text not null, amount_cents bigint not null, reference text, bank_reference text,
      reason_code text, outcome text not null, problem text,
      primary key (statement_id, line),
      constraint bank_statement_line_direction check (direction in ('debit', 'credit')),
      constraint bank_statement_line_amount check (amount_cents >= 0),
      constraint bank_statement_line_outcome
        check (outcome in ('settled', 'returned', 'unchanged', 'pending', 'unmatched')),
      constraint bank_statement_line_problem check ((outcome = 'unmatched') = (problem is not null))
    )
    """,
    """
    create index bank_statement_line_unmatched on payouts.bank_statement_line (fund, booked_on)
      where outcome = 'unmatched'
    """,
)
TABLES = ("bank_statement", "bank_statement_line")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        enable_fund_rls(op, SCHEMA, table)
        append_only(op, SCHEMA, table)


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
