"""What the rules decided of each claim, beside what was settled; gross amounts, and a tax parameter for withholding."""

from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SCHEMA = "payouts"
ACCOUNTS = "expense:[a-z0-9]+|payable:member|payable:facility|bank:clearing|bank:account|tax:withholding"
STATEMENTS = (
    # Set from now on: an older settlement has no decision here to be compared with.
    "alter table payouts.settlement add column claim_id uuid, add column decision_id uuid",
    """
    create table payouts.decided_claim (
      fund text not null, claim_id uuid not null, revision integer not null, decided_by text not null,
      payable_cents bigint not null, received_at timestamptz not null,
      primary key (fund, claim_id, revision, decided_by),
      constraint decided_claim_by check (decided_by in ('plan', 'review')),
      constraint decided_claim_amount check (payable_cents >= 0)
    )
    """,
    """
    alter table payouts.payable
      add column gross_of_withholding boolean not null default false,
      add column withheld_cents bigint not null default 0,
      add constraint payable_withheld check (withheld_cents = 0 or (gross_of_withholding and withheld_cents > 0))
    """,
    f"""
    alter table payouts.posting
      drop constraint posting_account, add constraint posting_account check (account ~ '^({ACCOUNTS})$')
    """,
    """
    create table payouts.tax_parameter (
      fund text not null, valid_from date not null, withholding_bps integer not null, changed_by text not null,
      changed_at timestamptz not null,
      primary key (fund, valid_from),
      constraint tax_parameter_rate check (withholding_bps between 0 and 9999)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("decided_claim", "tax_parameter"):
        enable_fund_rls(op, SCHEMA, table)
    append_only(op, SCHEMA, "decided_claim")


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
