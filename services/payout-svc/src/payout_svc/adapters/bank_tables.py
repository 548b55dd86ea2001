"""The tables of the bank's own messages."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from payout_svc.adapters.tables import fund_column, metadata, time_column

bank_report = Table(
    "bank_report",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    fund_column(),
    Column("sha256", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    time_column("received_at"),
    Column("received_by", Text, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("unmatched", JSONB, nullable=False),
    UniqueConstraint("fund", "sha256", name="bank_report_once"),
)

bank_statement = Table(
    "bank_statement",
    metadata,
    Column("statement_id", Uuid, primary_key=True),
    fund_column(),
    Column("sha256", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    time_column("received_at"),
    Column("received_by", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("settled", "returned", "unchanged", "pending", "unmatched")),
    UniqueConstraint("fund", "sha256", name="bank_statement_once"),
    CheckConstraint("kind in ('camt.053', 'camt.054')", name="bank_statement_kind"),
)

bank_statement_line = Table(
    "bank_statement_line",
    metadata,
    Column("statement_id", Uuid, ForeignKey(bank_statement.c.statement_id), primary_key=True),
    Column("line", Integer, primary_key=True),
    fund_column(),
    Column("booked_on", Date),
    Column("direction", Text, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("reference", Text),
    Column("bank_reference", Text),
    Column("reason_code", Text),
    Column("outcome", Text, nullable=False),
    Column("problem", Text),
    CheckConstraint("direction in ('debit', 'credit')", name="bank_statement_line_direction"),
    CheckConstraint("amount_cents >= 0", name="bank_statement_line_amount"),
    CheckConstraint(
        "outcome in ('settled', 'returned', 'unchanged', 'pending', 'unmatched')", name="bank_statement_line_outcome"
    ),
    CheckConstraint("(outcome = 'unmatched') = (problem is not null)", name="bank_statement_line_problem"),
)
Index(
    "bank_statement_line_unmatched",
    bank_statement_line.c.fund,
    bank_statement_line.c.booked_on,
    postgresql_where=text("outcome = 'unmatched'"),
)
