"""A check by sample stays in the queue beside whatever else is done with its claim."""

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"


def upgrade() -> None:
    op.drop_index("work_item_open", "work_item", schema=SCHEMA)
    _unique("work_item_open", "closed_at is null and kind <> 'sample'")
    _unique("work_item_sample", "closed_at is null and kind = 'sample'")


def downgrade() -> None:
    op.execute("update claims.work_item set closed_at = now() where closed_at is null and kind = 'sample'")
    op.drop_index("work_item_sample", "work_item", schema=SCHEMA)
    op.drop_index("work_item_open", "work_item", schema=SCHEMA)
    _unique("work_item_open", "closed_at is null")


def _unique(name: str, condition: str) -> None:
    op.create_index(name, "work_item", ["claim_id"], unique=True, schema=SCHEMA, postgresql_where=sa.text(condition))
