"""The postmark of a case on paper, and cases filed by telephone."""

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"


def upgrade() -> None:
    op.add_column("claim_case", sa.Column("postmarked_on", sa.Date()), schema=SCHEMA)
    op.drop_constraint("known_channel", "claim_case", schema=SCHEMA)
    op.create_check_constraint(
        "known_channel", "claim_case", "channel in ('portal', 'paper', 'telephone')", schema=SCHEMA
    )
    postmark = "postmarked_on is null or channel = 'paper' and postmarked_on <= received_on"
    op.create_check_constraint("paper_postmark", "claim_case", postmark, schema=SCHEMA)


def downgrade() -> None:
    op.drop_constraint("paper_postmark", "claim_case", schema=SCHEMA)
    op.drop_column("claim_case", "postmarked_on", schema=SCHEMA)
