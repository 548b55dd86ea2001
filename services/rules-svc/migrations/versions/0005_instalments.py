"""Instalments that fall due are decided again, and the register tells of contributions."""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.execute("alter table rules.decision drop constraint known_kind")
    op.execute(
        "alter table rules.decision add constraint known_kind "
        "check (kind in ('claim', 'booking', 'review', 'instalment')) not valid"
    )
    op.execute("alter table rules.decision validate constraint known_kind")
    op.add_column(
        "member",
        sa.Column("contributions_in_order", sa.Boolean(), server_default="true", nullable=False),
        schema="rules",
    )
