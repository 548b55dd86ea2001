"""Documents in any currency: the rules say what they are in euro, at the official rate of their day (1.3)."""

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"


CHECKS = {
    "claim": {
        "currency_shape": "currency ~ '^[A-Z]{3}$'",
        "only_foreign_converted": "converted_cents is null or (currency <> 'EUR' and converted_cents >= 0)",
        "approved_in_euro": "state not in ('approved', 'settled', 'paid', 'returned') or currency = 'EUR' "
        "or converted_cents is not null",
    },
    "work_item": {"work_currency_shape": "currency ~ '^[A-Z]{3}$'"},
}


def upgrade() -> None:
    op.add_column("claim", sa.Column("converted_cents", sa.BigInteger()), schema=SCHEMA)
    op.add_column("claim_decision", sa.Column("requested_eur_cents", sa.BigInteger()), schema=SCHEMA)
    op.add_column("work_item", sa.Column("currency", sa.Text(), server_default="EUR", nullable=False), schema=SCHEMA)
    op.add_column("work_item", sa.Column("converted_cents", sa.BigInteger()), schema=SCHEMA)
    op.execute("alter table claims.claim drop constraint euro_only")
    for table, checks in CHECKS.items():
        for name, condition in checks.items():
            op.execute(f"alter table claims.{table} add constraint {name} check ({condition}) not valid")
            op.execute(f"alter table claims.{table} validate constraint {name}")


def downgrade() -> None:
    for table, checks in CHECKS.items():
        for name in checks:
            op.drop_constraint(name, table, schema=SCHEMA)
    op.execute("alter table claims.claim add constraint euro_only check (currency = 'EUR') not valid")
    for table, column in (
        ("work_item", "converted_cents"),
        ("work_item", "currency"),
        ("claim_decision", "requested_eur_cents"),
        ("claim", "converted_cents"),
    ):
        op.drop_column(table, column, schema=SCHEMA)
