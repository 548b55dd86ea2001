"""The employer feed: reports of imports, their lines, and the staging table."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from kit.migrations import append_only, enable_fund_rls

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"
TABLES = ("member_import", "member_import_line", "member_import_row")


def upgrade() -> None:
    op.create_table(
        "member_import",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("members_published", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('checked', 'applied', 'rejected')", name="known_import_state"),
        sa.CheckConstraint("not (dry_run and state = 'applied')", name="dry_run_applies_nothing"),
        sa.PrimaryKeyConstraint("import_id"),
        schema=SCHEMA,
    )
    op.create_index(
        "member_import_file",
        "member_import",
        ["fund", "sha256"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("state = 'applied'"),
    )
    op.create_table(
        "member_import_line",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("faults", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["claims.member_import.import_id"]),
        sa.PrimaryKeyConstraint("import_id", "line"),
        schema=SCHEMA,
    )
    _create_rows()
    for table in TABLES:
        enable_fund_rls(op, SCHEMA, table)
    for table in ("member_import", "member_import_line"):
        append_only(op, SCHEMA, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table, schema=SCHEMA)


def _create_rows() -> None:
    op.create_table(
        "member_import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("number", "relation", "first_name", "last_name", "fiscal_code")),
        sa.Column("birth_date", sa.Date()),
        *(sa.Column(name, sa.Text()) for name in ("category", "employer")),
        *(sa.Column(name, sa.Date()) for name in ("enrolled_on", "hired_on", "left_on")),
        *(sa.Column(name, sa.Text()) for name in ("email", "phone", "language")),
        *(sa.Column(name, sa.Boolean()) for name in ("disabled_104", "fiscally_dependent")),
        *(sa.Column(name, sa.Date()) for name in ("valid_from", "valid_to")),
        sa.Column("faults", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("action", sa.Text()),
        sa.Column("member_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("contact_changed", sa.Boolean()),
        sa.PrimaryKeyConstraint("import_id", "line"),
        schema=SCHEMA,
    )
    op.create_index("member_import_row_number", "member_import_row", ["import_id", "number"], schema=SCHEMA)
