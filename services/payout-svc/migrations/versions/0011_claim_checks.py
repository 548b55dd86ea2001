"""Checks of single claims, which hold what is owed for them."""

from alembic import op

from kit.migrations import enable_fund_rls

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SCHEMA = "payouts"
STATEMENTS = (
    """
    create table payouts.claim_check (
      check_id uuid primary key, fund text not null, claim_id uuid not null, member_id uuid not null,
      kind text not null, reason text not null, opened_at timestamptz, closed_at timestamptz,
      constraint claim_check_kind check (kind in ('sampling', 'check_up_visit')),
      constraint claim_check_end check (opened_at is not null or closed_at is not null)
    )
    """,
    """
    create index claim_check_open on payouts.claim_check (claim_id)
      where opened_at is not null and closed_at is null
    """,
    "create index claim_check_fund on payouts.claim_check (fund, check_id)",
    "alter table payouts.open_payable add column claim_id uuid",
    """
    update payouts.open_payable o
    set claim_id = case p.source_kind when 'claim' then p.source_id else p.claim_id end
    from payouts.payable p where p.payable_id = o.payable_id
    """,
    "create index open_payable_claim on payouts.open_payable (claim_id) where claim_id is not null",
    """
    alter table payouts.payout_line
      add column checked boolean not null default false,
      drop constraint payout_line_payee,
      add constraint payout_line_payee unique (run_id, payee_kind, payee_id, checked),
      add constraint payout_line_checked check (not checked or outcome <> 'pay')
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    enable_fund_rls(op, SCHEMA, "claim_check")


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
