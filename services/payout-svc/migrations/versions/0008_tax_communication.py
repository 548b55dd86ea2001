"""The fund's yearly communication of reimbursements to the tax authority, with its corrections."""

from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCHEMA = "payouts"
STATEMENTS = (
    """
    create table payouts.tax_communication (
      fund text not null, year smallint not null, number smallint not null, made_by text not null,
      made_at timestamptz not null, persons integer not null, amount_cents bigint not null,
      unassigned_cents bigint not null, ledger_cents bigint not null,
      primary key (fund, year, number),
      constraint tax_communication_number check (number >= 1),
      constraint tax_communication_balance check (amount_cents + unassigned_cents = ledger_cents)
    )
    """,
    """
    create table payouts.tax_communication_line (
      fund text not null, year smallint not null, number smallint not null, person_id uuid not null,
      fiscal_code text not null, name text not null, member_id uuid not null, amount_cents bigint not null,
      previous_cents bigint not null,
      primary key (fund, year, number, person_id),
      foreign key (fund, year, number) references payouts.tax_communication (fund, year, number),
      constraint tax_communication_line_changed check (amount_cents <> previous_cents)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("tax_communication", "tax_communication_line"):
        enable_fund_rls(op, SCHEMA, table)
        append_only(op, SCHEMA, table)


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
