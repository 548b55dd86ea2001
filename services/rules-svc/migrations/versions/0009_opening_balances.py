"""Opening balances: imports by the hash of their file, and postings of their own kind."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: None = None
depends_on: None = None

SCHEMA = "rules"


def upgrade() -> None:
    op.create_table(
        "opening_import",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("import_id"),
        sa.UniqueConstraint("fund", "sha256", name="once_a_file"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "opening_import")
    append_only(op, SCHEMA, "opening_import")
    op.execute("alter table rules.limit_posting drop constraint known_kind")
    op.execute(
        "alter table rules.limit_posting add constraint known_kind "
        "check (kind in ('reserve', 'consume', 'release', 'reverse', 'opening')) not valid"
    )
    op.execute("alter table rules.limit_posting validate constraint known_kind")
