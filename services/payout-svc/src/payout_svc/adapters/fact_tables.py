"""The tables of what other services' events said."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, DateTime, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from payout_svc.adapters.tables import SOURCES, metadata, time_column

# The facts of other services' events, apart from what is done with them: a closing compares the two.
settlement = Table(
    "settlement",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("source_kind", Text, primary_key=True),
    Column("source_id", Uuid, primary_key=True),
    Column("person_id", Uuid),
    Column("requested_cents", BigInteger),
    Column("amount_cents", BigInteger, nullable=False),
    Column("settled_on", Date, nullable=False),
    Column("claim_id", Uuid),
    Column("decision_id", Uuid),
    # Of a booking: the rules have decided it here; what was closed elsewhere and imported they never saw.
    Column("decided_here", Boolean),
    time_column("received_at"),
    CheckConstraint(f"source_kind in {SOURCES}", name="settlement_source_kind"),
    CheckConstraint("amount_cents >= 0 or source_kind = 'claim_correction'", name="settlement_amount"),
)

decided_claim = Table(
    "decided_claim",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("claim_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("decided_by", Text, primary_key=True),
    Column("payable_cents", BigInteger, nullable=False),
    # The Rome day of the decision; before it was kept, that of its receipt stands for it.
    Column("decided_on", Date),
    time_column("received_at"),
    CheckConstraint("decided_by in ('plan', 'review')", name="decided_claim_by"),
    CheckConstraint("payable_cents >= 0", name="decided_claim_amount"),
)

# What the rules grant facilities: a booking's share, decided again by revisions, or what a review adds (by its matter).
decided_booking = Table(
    "decided_booking",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("decided_by", Text, primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("payable_cents", BigInteger, nullable=False),
    Column("decided_on", Date, nullable=False),
    time_column("received_at"),
    CheckConstraint("decided_by in ('plan', 'review')", name="decided_booking_by"),
    CheckConstraint("payable_cents >= 0", name="decided_booking_amount"),
)

# What rules-svc found when it compared its limits ledger with its decisions.
ledger_reconciliation = Table(
    "ledger_reconciliation",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("month", Date, primary_key=True),
    Column("reconciled_at", DateTime(timezone=True), primary_key=True),
    Column("through_on", Date, nullable=False),
    Column("totals", JSONB, nullable=False),
    Column("differing", Integer, nullable=False),
    Column("differences", JSONB, nullable=False),
    time_column("received_at"),
    CheckConstraint("differing >= 0", name="ledger_reconciliation_differing"),
)

person = Table(
    "person",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("member_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("fiscal_code", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
)
