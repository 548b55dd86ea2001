"""The tables of the remittances to facilities; all of them are append-only."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, Table, Text, Uuid

from booking_api.adapters.tables import metadata

remittance = Table(
    "remittance",
    metadata,
    Column("payout_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("facility_id", Uuid, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("execution_on", Date, nullable=False),
    Column("iban_last4", Text, nullable=False),
    Column("month", Text),
    CheckConstraint("amount_cents > 0", name="remittance_amount"),
    Index("remittance_of_facility", "fund", "facility_id", "execution_on", "payout_id"),
)

# A transfer that came back is sent again: a source may stand on several remittances.
remittance_line = Table(
    "remittance_line",
    metadata,
    Column("payout_id", Uuid, ForeignKey(remittance.c.payout_id), primary_key=True),
    Column("source_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("booking_id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("invoice_number", Text),
    Column("amount_cents", BigInteger, nullable=False),
    Column("due_on", Date, nullable=False),
    CheckConstraint("kind in ('booking', 'imported_booking', 'booking_correction')", name="remittance_line_kind"),
    CheckConstraint("amount_cents > 0", name="remittance_line_amount"),
    Index("remittance_line_source", "source_id"),
)

remittance_return = Table(
    "remittance_return",
    metadata,
    Column("payout_id", Uuid, ForeignKey(remittance.c.payout_id), primary_key=True),
    Column("fund", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("returned_on", Date, nullable=False),
)
