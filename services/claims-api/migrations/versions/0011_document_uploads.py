"""Uploads in parts, and what was read in documents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from kit.migrations import enable_fund_rls

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"


def upgrade() -> None:
    op.create_table(
        "document_upload",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("length_bytes", sa.BigInteger(), nullable=False),
        sa.Column("offset_bytes", sa.BigInteger(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("offset_bytes between 0 and length_bytes", name="offset_within_length"),
        sa.CheckConstraint("document_id is null or offset_bytes = length_bytes", name="whole_when_taken_in"),
        sa.ForeignKeyConstraint(["member_id"], ["claims.member.member_id"]),
        sa.ForeignKeyConstraint(["document_id"], ["claims.document.document_id"]),
        sa.PrimaryKeyConstraint("upload_id"),
        schema=SCHEMA,
    )
    op.create_index("document_upload_member", "document_upload", ["member_id"], schema=SCHEMA)
    op.create_index("document_upload_expiry", "document_upload", ["expires_at"], schema=SCHEMA)
    op.create_table(
        "document_reading",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("fields", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('pending', 'read', 'unreadable')", name="known_reading_state"),
        sa.CheckConstraint("(state = 'pending') = (due_at is not null)", name="pending_is_due"),
        sa.ForeignKeyConstraint(["document_id"], ["claims.document.document_id"]),
        sa.PrimaryKeyConstraint("document_id"),
        schema=SCHEMA,
    )
    due = sa.text("due_at is not null")
    op.create_index("document_reading_due", "document_reading", ["due_at"], schema=SCHEMA, postgresql_where=due)
    for table in ("document_upload", "document_reading"):
        enable_fund_rls(op, SCHEMA, table)


def downgrade() -> None:
    for table in ("document_reading", "document_upload"):
        op.drop_table(table, schema=SCHEMA)
