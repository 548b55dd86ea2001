"""Since when and until when a facility takes part in its fund, in which way, and in which campaigns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from kit.migrations import enable_fund_rls

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SCHEMA = "bookings"


def upgrade() -> None:
    op.add_column("facility", sa.Column("takes_part_from", sa.Date), schema=SCHEMA)
    op.add_column("facility", sa.Column("takes_part_until", sa.Date), schema=SCHEMA)
    op.add_column(
        "facility", sa.Column("direct", sa.Boolean, nullable=False, server_default=sa.text("true")), schema=SCHEMA
    )
    op.create_check_constraint(
        "facility_participation", "facility", "takes_part_until > takes_part_from", schema=SCHEMA
    )
    # The search reads the box of a place from its index alone, now with who takes part.
    op.drop_index("facility_by_place", "facility", schema=SCHEMA)
    op.create_index(
        "facility_by_place",
        "facility",
        ["fund", "latitude", "longitude", "facility_id"],
        schema=SCHEMA,
        postgresql_include=["takes_part_from", "takes_part_until"],
    )
    # A position that ends leaves its number to the one that follows it (a new company name).
    op.create_index(
        "facility_one_vat_number",
        "facility",
        ["fund", "vat_number"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("takes_part_until is null"),
    )
    _campaigns()
    op.add_column("booking", sa.Column("campaign", sa.Text), schema=SCHEMA)


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("fund", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("title_it", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("services", ARRAY(sa.Text), nullable=False),
        sa.CheckConstraint("valid_to > valid_from", name="campaign_period"),
        sa.CheckConstraint("cardinality(services) > 0", name="campaign_services"),
        schema=SCHEMA,
    )
    op.create_table(
        "campaign_facility",
        sa.Column("fund", sa.Text, primary_key=True),
        sa.Column("campaign_code", sa.Text, primary_key=True),
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), primary_key=True),
        sa.ForeignKeyConstraint(
            ["fund", "campaign_code"],
            [f"{SCHEMA}.campaign.fund", f"{SCHEMA}.campaign.code"],
            name="campaign_facility_campaign",
        ),
        schema=SCHEMA,
    )
    op.create_index("campaign_of_facility", "campaign_facility", ["facility_id", "campaign_code"], schema=SCHEMA)
    for table in ("campaign", "campaign_facility"):
        enable_fund_rls(op, SCHEMA, table)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
