"""What members ask of the fund's office about their registration, and whom they let act for them."""

from sqlalchemy import CheckConstraint, Column, Date, DateTime, ForeignKey, Index, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from claims_api.adapters.tables import MEMBER, METADATA
from claims_api.domain.filing_consent import ConsentWay
from claims_api.domain.office_request import OfficeRequestKind, OfficeRequestState

_KINDS = ", ".join(repr(str(one)) for one in OfficeRequestKind)
_STATES = ", ".join(repr(str(one)) for one in OfficeRequestState)

OFFICE_REQUEST = Table(
    "office_request",
    METADATA,
    Column("request_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    Column("subject", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("document_ids", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("retired_on", Date),
    Column("answer", Text),
    Column("answered_at", DateTime(timezone=True)),
    Column("answered_by", Text),
    CheckConstraint(f"kind in ({_KINDS})", name="known_office_kind"),
    CheckConstraint(f"state in ({_STATES})", name="known_office_state"),
    CheckConstraint("(kind = 'confirmation') = (retired_on is not null)", name="confirmation_has_day"),
    CheckConstraint("(state in ('done', 'refused')) = (answered_by is not null)", name="answer_has_person"),
)
Index("office_request_member", OFFICE_REQUEST.c.member_id, OFFICE_REQUEST.c.request_id)
Index("office_request_open", OFFICE_REQUEST.c.request_id, postgresql_where=text("state = 'open'"))
Index(
    "office_request_confirmation",
    OFFICE_REQUEST.c.member_id,
    unique=True,
    postgresql_where=text("kind = 'confirmation' and state in ('open', 'done')"),
)

DELEGATION = Table(
    "delegation",
    METADATA,
    Column("delegation_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    Column("delegate_member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("granted_at", DateTime(timezone=True), nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    CheckConstraint("member_id <> delegate_member_id", name="another_member"),
    CheckConstraint("valid_to is null or valid_to >= valid_from", name="period_in_order"),
)
Index("delegation_member", DELEGATION.c.member_id, DELEGATION.c.delegate_member_id)
Index("delegation_delegate", DELEGATION.c.delegate_member_id)

_WAYS = ", ".join(repr(str(one)) for one in ConsentWay)
FILING_CONSENT = Table(
    "filing_consent",
    METADATA,
    Column("consent_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    # Whom it lets file: a delegate, or the office where there is none.
    Column("delegate_member_id", ForeignKey(MEMBER.c.member_id)),
    Column("version", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn_by", Text),
    Column("withdrawn_at", DateTime(timezone=True)),
    CheckConstraint(f"way in ({_WAYS})", name="known_way"),
    CheckConstraint("(withdrawn_at is null) = (withdrawn_by is null)", name="withdrawal_has_person"),
)
# One consent to a helper stands at a time.
Index(
    "filing_consent_standing",
    FILING_CONSENT.c.member_id,
    func.coalesce(FILING_CONSENT.c.delegate_member_id, FILING_CONSENT.c.member_id),
    unique=True,
    postgresql_where=text("withdrawn_at is null"),
)
Index("filing_consent_member", FILING_CONSENT.c.member_id, FILING_CONSENT.c.consent_id)
