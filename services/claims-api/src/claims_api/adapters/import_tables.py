"""The tables of the employer feed: the report that stays, and the staged lines that live inside one transaction."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from claims_api.adapters.tables import METADATA

MEMBER_IMPORT = Table(
    "member_import",
    METADATA,
    Column("import_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("members_published", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("state in ('checked', 'applied', 'rejected')", name="known_import_state"),
    CheckConstraint("not (dry_run and state = 'applied')", name="dry_run_applies_nothing"),
)
# The same file is applied once.
Index(
    "member_import_file",
    MEMBER_IMPORT.c.fund,
    MEMBER_IMPORT.c.sha256,
    unique=True,
    postgresql_where=text("state = 'applied'"),
)

MEMBER_IMPORT_LINE = Table(
    "member_import_line",
    METADATA,
    Column("import_id", ForeignKey(MEMBER_IMPORT.c.import_id), nullable=False),
    Column("line", Integer, nullable=False),
    Column("fund", Text, nullable=False),
    Column("number", Text),
    Column("action", Text, nullable=False),
    Column("faults", JSONB, nullable=False),
    PrimaryKeyConstraint("import_id", "line"),
)

# The rows are written and removed in the transaction of their import: nobody else ever sees one.
MEMBER_IMPORT_ROW = Table(
    "member_import_row",
    METADATA,
    Column("import_id", Uuid, nullable=False),
    Column("line", Integer, nullable=False),
    Column("fund", Text, nullable=False),
    *(Column(name, Text) for name in ("number", "relation", "first_name", "last_name", "fiscal_code")),
    Column("birth_date", Date),
    *(Column(name, Text) for name in ("category", "employer")),
    *(Column(name, Date) for name in ("enrolled_on", "hired_on", "left_on")),
    *(Column(name, Text) for name in ("email", "phone", "language")),
    *(Column(name, Boolean) for name in ("disabled_104", "fiscally_dependent", "contributions_in_order")),
    *(Column(name, Date) for name in ("valid_from", "valid_to")),
    Column("faults", JSONB, nullable=False),
    Column("action", Text),
    Column("member_id", Uuid),
    Column("person_id", Uuid),
    Column("contact_changed", Boolean),
    PrimaryKeyConstraint("import_id", "line"),
)
Index("member_import_row_number", MEMBER_IMPORT_ROW.c.import_id, MEMBER_IMPORT_ROW.c.number)
