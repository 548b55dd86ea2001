"""Direct services of the members, as booking-api tells of them: rows of "Le tue pratiche", and papers given once."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, Table, Text, Uuid

from claims_api.adapters.tables import METADATA
from claims_api.domain.practice_row import DirectState

DIRECT_SERVICE = Table(
    "direct_service",
    METADATA,
    Column("booking_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("person_id", Uuid),
    Column("article", Text),
    Column("service", Text),
    Column("requested_on", Date),
    Column("service_on", Date),
    Column("price_cents", BigInteger),
    Column("fund_share_cents", BigInteger),
    Column("code", Text),
    Column("facility_name", Text),
    Column("invoice_number_key", Text),
    Column("invoice_date", Date),
    Column("provider_key", Text),
    CheckConstraint(f"state in ({', '.join(repr(str(one)) for one in DirectState)})", name="known_direct_state"),
    CheckConstraint("price_cents >= 0 and fund_share_cents >= 0", name="shares_not_negative"),
)
Index("direct_service_member", DIRECT_SERVICE.c.member_id, DIRECT_SERVICE.c.booking_id)
Index("direct_service_invoice", DIRECT_SERVICE.c.person_id, DIRECT_SERVICE.c.invoice_date)
