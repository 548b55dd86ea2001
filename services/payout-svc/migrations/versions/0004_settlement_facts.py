"""What the other services have settled, as their events said it, and the persons that it was for."""

from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCHEMA = "payouts"

STATEMENTS = (
    """
    create table payouts.settlement (
      fund text not null, source_kind text not null, source_id uuid not null, person_id uuid, requested_cents bigint,
      amount_cents bigint not null, settled_on date not null, received_at timestamptz not null,
      primary key (fund, source_kind, source_id),
      constraint settlement_source_kind check (source_kind in ('claim', 'booking')),
      constraint settlement_amount check (amount_cents >= 0)
    )
    """,
    # Earlier events are gone: what they opened is all that is left of them.
    """
    insert into payouts.settlement (fund, source_kind, source_id, amount_cents, settled_on, received_at)
    select fund, source_kind, source_id, amount_cents, due_on, recorded_at from payouts.payable
    """,
    """
    create table payouts.person (
      fund text not null, person_id uuid not null, member_id uuid not null, name text not null,
      fiscal_code text not null, version bigint not null,
      primary key (fund, person_id)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("settlement", "person"):
        enable_fund_rls(op, SCHEMA, table)
    append_only(op, SCHEMA, "settlement")


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
