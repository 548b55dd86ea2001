"""Find a document by its object, and keep what the signatures of an invoice are worth.

The job that looks for objects without a row asks for a thousand at once.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_index(
        "document_object",
        "document",
        ["storage_key"],
        schema="claims",
        postgresql_where=sa.text("storage_key is not null"),
    )
    op.add_column(
        "document_reading",
        sa.Column("signatures", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'")),
        schema="claims",
    )
