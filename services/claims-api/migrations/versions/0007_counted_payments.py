"""A payment by hand waits until the rules have counted it, or refused it for a limit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"


def upgrade() -> None:
    op.add_column(
        "claim_review",
        sa.Column("refusal", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        schema=SCHEMA,
    )
    op.execute("alter table claims.claim_review drop constraint known_review_state")
    op.execute(
        "alter table claims.claim_review add constraint known_review_state "
        "check (state in ('proposed', 'counting', 'decided', 'refused', 'over_limit')) not valid"
    )
    op.execute("alter table claims.claim_review validate constraint known_review_state")
    op.drop_index("claim_review_proposed", table_name="claim_review", schema=SCHEMA)
    op.create_index(
        "claim_review_waiting",
        "claim_review",
        ["claim_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("state in ('proposed', 'counting')"),
    )
