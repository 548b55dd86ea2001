"""Messages that came back, and addresses that are held for it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kit.migrations import enable_fund_rls

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SCHEMA = "notify"


def upgrade() -> None:
    # Constant defaults: the release before writes contacts without these columns, and no row is rewritten.
    op.add_column("contact", sa.Column("hard_bounces", sa.Integer, nullable=False, server_default="0"), schema=SCHEMA)
    op.add_column("contact", sa.Column("email_since", sa.DateTime(timezone=True)), schema=SCHEMA)
    op.add_column("contact", sa.Column("held_since", sa.DateTime(timezone=True)), schema=SCHEMA)
    op.create_table(
        "bounce",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("message_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.message.id"), nullable=False),
        sa.Column("sending", sa.Integer, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("diagnostic", sa.Text, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("message_id", "sending", name="bounce_once"),
        sa.CheckConstraint(r"status ~ '^[45]\.\d{1,3}\.\d{1,3}$'", name="bounce_status"),
        schema=SCHEMA,
    )
    op.create_index("bounce_by_member", "bounce", ["member_id", "id"], schema=SCHEMA)
    enable_fund_rls(op, SCHEMA, "bounce")


def downgrade() -> None:
    op.drop_table("bounce", schema=SCHEMA)
    for column in ("held_since", "email_since", "hard_bounces"):
        op.drop_column("contact", column, schema=SCHEMA)
