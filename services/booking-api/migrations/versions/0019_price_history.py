"""The history of agreed prices: what later data replace stays known; the index of the search by price."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SCHEMA = "bookings"
WHAT_IS_KNOWN = """
insert into bookings.agreed_price_change
  (fund, facility_id, service_code, valid_from, valid_to, price_cents, recorded_at, recorded_by)
select fund, facility_id, service_code, valid_from, valid_to, price_cents, now(), 'system:migration'
from bookings.agreed_service
order by facility_id, service_code, valid_from
"""


def upgrade() -> None:
    op.create_table(
        "agreed_price_change",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), nullable=False),
        sa.Column("service_code", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("price_cents", sa.BigInteger),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("agreed_price_change_of_facility", "agreed_price_change", ["facility_id", "seq"], schema=SCHEMA)
    _cheapest_from_the_index()
    op.execute(WHAT_IS_KNOWN)
    enable_fund_rls(op, SCHEMA, "agreed_price_change")
    append_only(op, SCHEMA, "agreed_price_change")


def _cheapest_from_the_index() -> None:
    """Let the search by price read no row but those it shows; the index by service alone is a part of this one."""
    op.drop_index("agreed_service_by_service", "agreed_service", schema=SCHEMA)
    op.drop_index("agreed_service_by_price", "agreed_service", schema=SCHEMA)
    op.create_index(
        "agreed_service_by_price",
        "agreed_service",
        ["fund", "service_code", "price_cents", "facility_id"],
        schema=SCHEMA,
        postgresql_include=["valid_from", "valid_to"],
    )


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
