"""Cases on paper wait for their turn before the rules see them; those sent before went on at once."""

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"


def upgrade() -> None:
    op.add_column("claim_case", sa.Column("held_until", sa.Date()), schema=SCHEMA)
    op.add_column("claim_case", sa.Column("released_at", sa.DateTime(timezone=True)), schema=SCHEMA)
    waits = "(held_until is null and released_at is null) or channel = 'paper' and submitted_at is not null"
    op.create_check_constraint("paper_waits", "claim_case", waits, schema=SCHEMA)
    once = "held_until is null or released_at is null"
    op.create_check_constraint("held_or_released", "claim_case", once, schema=SCHEMA)
    op.create_index(
        "claim_case_held",
        "claim_case",
        ["held_until"],
        schema=SCHEMA,
        postgresql_where=sa.text("held_until is not null"),
    )
