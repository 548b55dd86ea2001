"""The tables of the operator desk: its queue and what persons decided."""

from enum import StrEnum

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
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from claims_api.adapters.tables import CLAIM, CLAIM_CASE, METADATA
from claims_api.domain.appeal import AppealState
from claims_api.domain.work_item import WorkKind


def listed(values: type[StrEnum]) -> str:
    """Write the values of an enumeration as SQL lists them."""
    return ", ".join(f"'{value}'" for value in values)


WORK_ITEM = Table(
    "work_item",
    METADATA,
    Column("item_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("claim_id", ForeignKey(CLAIM.c.claim_id), nullable=False),
    Column("case_id", ForeignKey(CLAIM_CASE.c.case_id), nullable=False),
    Column("case_number", Text, nullable=False),
    Column("review_role", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("currency", Text, nullable=False, server_default="EUR"),
    Column("converted_cents", BigInteger),
    Column("received_on", Date, nullable=False),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("review_id", Uuid),
    Column("not_for", Text),
    Column("holder", Text),
    Column("leased_until", DateTime(timezone=True)),
    Column("escalated_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    CheckConstraint(f"kind in ({listed(WorkKind)})", name="known_work_kind"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="work_currency_shape"),
    CheckConstraint("(holder is null) = (leased_until is null)", name="lease_has_holder"),
    CheckConstraint("holder is null or holder is distinct from not_for", name="holder_allowed"),
    CheckConstraint(
        "kind <> 'confirmation' or (review_id is not null and not_for is not null)", name="confirms_review"
    ),
)
# One open item a claim, so that two people can never decide it at once. A check by sample asks another question, and
# nothing that happens to the claim may end it unanswered: it has its own place.
Index(
    "work_item_open",
    WORK_ITEM.c.claim_id,
    unique=True,
    postgresql_where=text("closed_at is null and kind <> 'sample'"),
)
Index(
    "work_item_sample",
    WORK_ITEM.c.claim_id,
    unique=True,
    postgresql_where=text("closed_at is null and kind = 'sample'"),
)
Index("work_item_queue", WORK_ITEM.c.queued_at, WORK_ITEM.c.item_id, postgresql_where=text("closed_at is null"))

CLAIM_REVIEW = Table(
    "claim_review",
    METADATA,
    Column("review_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("claim_id", ForeignKey(CLAIM.c.claim_id), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("requested_cents", BigInteger, nullable=False),
    Column("payable_cents", BigInteger, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("missing", JSONB, nullable=False),
    Column("note", Text),
    Column("state", Text, nullable=False),
    Column("needs_second", Boolean, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("second_by", Text),
    Column("second_at", DateTime(timezone=True)),
    # Why the rules would not count the payment: the limits that it would pass.
    Column("refusal", JSONB, nullable=False, server_default="[]"),
    CheckConstraint("outcome in ('pay', 'deny', 'integration')", name="known_review_outcome"),
    CheckConstraint("state in ('proposed', 'counting', 'decided', 'refused', 'over_limit')", name="known_review_state"),
    # A non-health request names no amount (0): what is granted is the person's to say.
    CheckConstraint(
        "payable_cents >= 0 and (payable_cents <= requested_cents or requested_cents = 0)",
        name="payable_within_request",
    ),
    CheckConstraint("outcome = 'pay' or payable_cents = 0", name="only_a_payment_pays"),
    CheckConstraint("second_by is null or second_by <> proposed_by", name="two_persons"),
    CheckConstraint("(second_by is null) = (second_at is null)", name="second_has_time"),
    CheckConstraint("not needs_second or state = 'proposed' or second_by is not null", name="second_confirms"),
    CheckConstraint("state <> 'proposed' or (needs_second and second_by is null)", name="proposal_waits"),
)
Index("claim_review_claim", CLAIM_REVIEW.c.claim_id)
Index(
    "claim_review_waiting",
    CLAIM_REVIEW.c.claim_id,
    unique=True,
    postgresql_where=text("state in ('proposed', 'counting')"),
)

REVIEW_REQUEST = Table(
    "review_request",
    METADATA,
    Column("appeal_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("claim_id", ForeignKey(CLAIM.c.claim_id), nullable=False),
    Column("case_id", ForeignKey(CLAIM_CASE.c.case_id), nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document_ids", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("facts", JSONB(none_as_null=True)),
    Column("note", Text),
    Column("answered_by", Text),
    Column("answered_at", DateTime(timezone=True)),
    Column("second_by", Text),
    Column("second_at", DateTime(timezone=True)),
    CheckConstraint(f"state in ({listed(AppealState)})", name="known_request_state"),
    CheckConstraint("(state = 'open') = (answered_by is null)", name="answer_has_person"),
    CheckConstraint("second_by is null or second_by <> answered_by", name="two_persons"),
    CheckConstraint("state not in ('proposed', 'corrected') or facts is not null", name="correction_has_facts"),
)
# One request at a time (reading AMB-K07).
_WAITS = text("state in ('open', 'proposed')")
Index("review_request_open", REVIEW_REQUEST.c.claim_id, unique=True, postgresql_where=_WAITS)
Index("review_request_claim", REVIEW_REQUEST.c.claim_id)
