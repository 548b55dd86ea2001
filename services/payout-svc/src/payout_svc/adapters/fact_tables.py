"""The tables of what other services' events said."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Integer, Table, Text, Uuid

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
    time_column("received_at"),
    CheckConstraint("decided_by in ('plan', 'review')", name="decided_claim_by"),
    CheckConstraint("payable_cents >= 0", name="decided_claim_amount"),
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
