"""Indexes of the search: place, price, and the words of names, doctors and towns."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import enable_fund_rls

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "bookings"
PLAIN = "translate(lower({}), 'àáâäèéêëìíîïòóôöùúûü', 'aaaaeeeeiiiioooouuuu')"
WORDS = """
insert into bookings.facility_word (facility_id, kind, word, fund)
select distinct facility_id, kind, word, fund from (
  select facility_id, fund, 'name' as kind, regexp_split_to_table({name}, '[^a-z0-9]+') as word
  from bookings.facility
  union all
  select facility_id, fund, 'doctor', regexp_split_to_table({doctor}, '[^a-z0-9]+')
  from bookings.facility, jsonb_array_elements(doctors) doctor
) words where word <> ''
"""


TOWN = "update bookings.facility set town_key = btrim(regexp_replace({town}, '[^a-z0-9]+', ' ', 'g'))"


def upgrade() -> None:
    op.create_index("facility_by_place", "facility", ["fund", "latitude", "longitude", "facility_id"], schema=SCHEMA)
    op.create_index(
        "agreed_service_by_price",
        "agreed_service",
        ["fund", "service_code", "price_cents", "facility_id"],
        schema=SCHEMA,
    )
    op.create_table(
        "facility_word",
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("word", sa.Text(collation="C"), primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.CheckConstraint("kind in ('name', 'doctor')", name="facility_word_kind"),
        schema=SCHEMA,
    )
    op.create_index("facility_word_found", "facility_word", ["fund", "kind", "word", "facility_id"], schema=SCHEMA)
    enable_fund_rls(op, SCHEMA, "facility_word")
    parts = {"name": PLAIN.format("name"), "doctor": PLAIN.format("doctor ->> 'name'")}
    op.execute(WORDS.format(**parts))
    op.add_column("facility", sa.Column("town_key", sa.Text), schema=SCHEMA)
    op.execute(TOWN.format(town=PLAIN.format("town")))
    op.alter_column("facility", "town_key", nullable=False, schema=SCHEMA)
    op.create_index("facility_by_town", "facility", ["fund", "town_key", "name", "facility_id"], schema=SCHEMA)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
