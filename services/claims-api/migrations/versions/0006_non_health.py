"""Non-health requests: the date of the document is enough (member guide); each article's branch, title and term."""

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"

# Versions that were published before their event carried the branch: chapter 7 of FNM's circular is the non-health one.
LIST_TO_TERMS = """
update claims.plan_version set articles = (
    select coalesce(jsonb_object_agg(one, jsonb_build_object(
        'branch', case when fund = 'fnm' and one like '7.%' then 'non_health' else 'health' end,
        'title_it', '', 'filing_days', null)), '{}')
    from jsonb_array_elements_text(articles) as one)
"""
TERMS_TO_LIST = """
update claims.plan_version set articles = (
    select coalesce(jsonb_agg(one order by one), '[]') from jsonb_object_keys(articles) as one)
"""
# What was claimed under them so far came with number and amount, so that both checks hold for it.
BRANCH_OF_CLAIMS = "update claims.claim set branch = 'non_health' where fund = 'fnm' and article like '7.%'"

PAYABLE = "payable_cents >= 0 and (payable_cents <= requested_cents or requested_cents = 0)"


def upgrade() -> None:
    op.execute(LIST_TO_TERMS)
    op.add_column("claim", sa.Column("branch", sa.Text(), nullable=False, server_default="health"), schema=SCHEMA)
    op.execute(BRANCH_OF_CLAIMS)
    op.drop_constraint("amount_positive", "claim", schema=SCHEMA)
    _check("claim", "known_branch", "branch in ('health', 'non_health')")
    _check("claim", "amount_positive", "amount_cents > 0 or (branch = 'non_health' and amount_cents = 0)")
    _check("claim", "health_has_number", "document_number <> '' or branch = 'non_health'")
    op.drop_constraint("payable_within_request", "claim_review", schema=SCHEMA)
    _check("claim_review", "payable_within_request", PAYABLE)


def downgrade() -> None:
    op.drop_constraint("payable_within_request", "claim_review", schema=SCHEMA)
    _check("claim_review", "payable_within_request", "payable_cents between 0 and requested_cents")
    for name in ("health_has_number", "amount_positive", "known_branch"):
        op.drop_constraint(name, "claim", schema=SCHEMA)
    _check("claim", "amount_positive", "amount_cents > 0")
    op.drop_column("claim", "branch", schema=SCHEMA)
    op.execute(TERMS_TO_LIST)


def _check(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(name, table, condition, schema=SCHEMA)
