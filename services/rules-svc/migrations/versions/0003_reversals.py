"""Decisions of a higher revision: what the earlier one took is given back by postings of its own."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None

SCHEMA = "rules"


def upgrade() -> None:
    op.add_column("decision", sa.Column("previous_decision_id", sa.Uuid(), nullable=True), schema=SCHEMA)
    # Each decision on a source posts apart, so the keys of what happens once hold per source and decision.
    op.drop_constraint("once_a_source", "limit_posting", schema=SCHEMA)
    op.create_unique_constraint(
        "once_a_decision",
        "limit_posting",
        ["source", "decision_id", "kind", "limit_id", "window_key", "person_id"],
        schema=SCHEMA,
    )
    op.drop_index("one_end_a_source", table_name="limit_posting", schema=SCHEMA)
    op.create_index(
        "one_end_a_decision",
        "limit_posting",
        ["source", "decision_id", "limit_id", "window_key", "person_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("kind IN ('consume', 'release')"),
    )
    op.execute("alter table rules.limit_posting drop constraint known_kind")
    op.execute(
        "alter table rules.limit_posting add constraint known_kind "
        "check (kind in ('reserve', 'consume', 'release', 'reverse')) not valid"
    )
    op.execute("alter table rules.limit_posting validate constraint known_kind")
    # A document on file goes with the decision that brought it, and stays if another one brought it too.
    op.execute("alter table rules.evidence_on_file drop constraint evidence_on_file_pkey")
    op.execute(
        "alter table rules.evidence_on_file add primary key (person_id, article, document, issued_on, decision_id)"
    )
    op.create_index("evidence_decision", "evidence_on_file", ["decision_id"], schema=SCHEMA)
