"""The tables of what concerns taxes: the communication to the tax authority, the rate of withholding."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from payout_svc.adapters.tables import metadata, time_column

tax_communication = Table(
    "tax_communication",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("year", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("made_by", Text, nullable=False),
    time_column("made_at"),
    Column("persons", Integer, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in ("amount_cents", "unassigned_cents", "ledger_cents")),
    CheckConstraint("number >= 1", name="tax_communication_number"),
    CheckConstraint("amount_cents + unassigned_cents = ledger_cents", name="tax_communication_balance"),
)

tax_communication_line = Table(
    "tax_communication_line",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("year", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("person_id", Uuid, primary_key=True),
    Column("fiscal_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("previous_cents", BigInteger, nullable=False),
    ForeignKeyConstraint(
        ["fund", "year", "number"],
        [tax_communication.c.fund, tax_communication.c.year, tax_communication.c.number],
    ),
    CheckConstraint("amount_cents <> previous_cents", name="tax_communication_line_changed"),
)

tax_parameter = Table(
    "tax_parameter",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("withholding_bps", Integer, nullable=False),
    Column("changed_by", Text, nullable=False),
    time_column("changed_at"),
    CheckConstraint("withholding_bps between 0 and 9999", name="tax_parameter_rate"),
)
