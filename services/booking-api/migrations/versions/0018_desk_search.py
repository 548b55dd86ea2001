"""Find bookings by the surname of their patient."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# As search_words.plain() writes it for new bookings: without case, accents, blanks and punctuation.
KEY = """
    regexp_replace(translate(lower(person.last_name), 'àáâãäåçèéêëìíîïñòóôõöùúûüý', 'aaaaaaceeeeiiiinooooouuuuy'),
                   '[^a-z0-9]', '', 'g')
"""
STATEMENTS = (
    """alter table bookings.booking add column surname_key text collate "C" not null default ''""",
    f"""
    update bookings.booking set surname_key = {KEY}
    from bookings.person where person.person_id = booking.person_id and person.fund = booking.fund
    """,  # noqa: S608 (constants)
    "create index booking_of_surname on bookings.booking (fund, surname_key, booking_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
