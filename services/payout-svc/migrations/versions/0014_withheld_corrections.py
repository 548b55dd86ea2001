"""A correction that takes back gives back what was withheld of it: amounts of either sign, or of tax alone."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    alter table payouts.payable
      drop constraint payable_withheld,
      add constraint payable_withheld check (
        withheld_cents = 0 or (gross_of_withholding and (withheld_cents > 0 or source_kind = 'claim_correction'))),
      drop constraint payable_amount,
      add constraint payable_amount check (
        amount_cents > 0 or (source_kind = 'claim_correction' and (amount_cents <> 0 or withheld_cents <> 0)))
    """,
    """
    create index payable_correction on payouts.payable (fund, claim_id) where source_kind = 'claim_correction'
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
