"""The operator desk: its queue with leases, the decisions of persons with two pairs of eyes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from kit.migrations import enable_fund_rls

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"

# What was referred before there was a queue waits in it too, at the place that its receipt gives it.
QUEUE_REFERRED = """
insert into claims.work_item (item_id, fund, kind, claim_id, case_id, case_number, review_role, article, channel,
                              amount_cents, received_on, queued_at, opened_at)
select gen_random_uuid(), c.fund, 'review', c.claim_id, c.case_id, k.number, coalesce(c.review, 'operator'), c.article,
       k.channel, c.amount_cents, c.received_on,
       k.submitted_at + case when k.channel = 'paper' then interval '60 days' else interval '0' end, k.submitted_at
from claims.claim c join claims.claim_case k using (case_id)
where c.state = 'referred'
"""


def upgrade() -> None:
    _create_work_item()
    _create_claim_review()
    for table in ("work_item", "claim_review"):
        enable_fund_rls(op, SCHEMA, table)
    op.execute(QUEUE_REFERRED)


def downgrade() -> None:
    for table in ("claim_review", "work_item"):
        op.drop_table(table, schema=SCHEMA)


def _create_work_item() -> None:
    op.create_table(
        "work_item",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("review_role", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        sa.Column("not_for", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('review', 'confirmation')", name="known_work_kind"),
        sa.CheckConstraint("(holder is null) = (leased_until is null)", name="lease_has_holder"),
        sa.CheckConstraint("holder is null or holder is distinct from not_for", name="holder_allowed"),
        sa.CheckConstraint(
            "kind <> 'confirmation' or (review_id is not null and not_for is not null)", name="confirms_review"
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim.claim_id"]),
        sa.ForeignKeyConstraint(["case_id"], ["claims.claim_case.case_id"]),
        sa.PrimaryKeyConstraint("item_id"),
        schema=SCHEMA,
    )
    still_open = sa.text("closed_at is null")
    op.create_index(
        "work_item_open", "work_item", ["claim_id"], unique=True, schema=SCHEMA, postgresql_where=still_open
    )
    op.create_index(
        "work_item_queue", "work_item", ["queued_at", "item_id"], schema=SCHEMA, postgresql_where=still_open
    )


def _create_claim_review() -> None:
    op.create_table(
        "claim_review",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("requested_cents", sa.BigInteger(), nullable=False),
        sa.Column("payable_cents", sa.BigInteger(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("missing", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_by", sa.Text(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome in ('pay', 'deny', 'integration')", name="known_review_outcome"),
        sa.CheckConstraint("state in ('proposed', 'decided', 'refused')", name="known_review_state"),
        sa.CheckConstraint("payable_cents between 0 and requested_cents", name="payable_within_request"),
        sa.CheckConstraint("outcome = 'pay' or payable_cents = 0", name="only_a_payment_pays"),
        sa.CheckConstraint("second_by is null or second_by <> proposed_by", name="two_persons"),
        sa.CheckConstraint("(second_by is null) = (second_at is null)", name="second_has_time"),
        sa.CheckConstraint("not needs_second or state = 'proposed' or second_by is not null", name="second_confirms"),
        sa.CheckConstraint("state <> 'proposed' or (needs_second and second_by is null)", name="proposal_waits"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim.claim_id"]),
        sa.PrimaryKeyConstraint("review_id"),
        schema=SCHEMA,
    )
    op.create_index("claim_review_claim", "claim_review", ["claim_id"], schema=SCHEMA)
    op.create_index(
        "claim_review_proposed",
        "claim_review",
        ["claim_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("state = 'proposed'"),
    )
