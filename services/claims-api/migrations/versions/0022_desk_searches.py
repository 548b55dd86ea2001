"""The desk's searches over the whole fund read what they show, not every claim."""

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: None = None
depends_on: None = None

FEW_CLAIMS = "state in ('approved', 'referred', 'returned', 'withdrawn')"
FEW_CASES = "state in ('approved', 'draft', 'referred', 'returned', 'submitted', 'suspended', 'withdrawn')"
INDEXES: tuple[tuple[str, str, list[str], str | None], ...] = (
    ("claim_by_person", "claim", ["person_id", "claim_id"], None),
    ("claim_by_document_date", "claim", ["document_date"], None),
    ("claim_by_request", "claim", ["received_on"], None),
    ("claim_by_state", "claim", ["state", "claim_id"], FEW_CLAIMS),
    ("claim_case_by_request", "claim_case", ["received_on"], None),
    ("claim_case_by_state", "claim_case", ["state", "case_id"], FEW_CASES),
)


def upgrade() -> None:
    for name, table, columns, where in INDEXES:
        condition = sa.text(where) if where else None
        op.create_index(name, table, columns, schema="claims", postgresql_where=condition)
