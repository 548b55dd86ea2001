"""The tables of what people and the bank say about payees."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY

from payout_svc.adapters.tables import fund_column, metadata, time_column

payee_hold = Table(
    "payee_hold",
    metadata,
    Column("hold_id", Uuid, primary_key=True),
    fund_column(),
    Column("payee_kind", Text, nullable=False),
    Column("payee_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # Set where the hold is one of an account: another IBAN is not held by it.
    Column("iban", Text),
    Column("placed_by", Text, nullable=False),
    time_column("placed_at"),
    Column("lifted_by", Text),
    time_column("lifted_at", nullable=True),
    Column("lift_reason", Text),
    CheckConstraint("payee_kind in ('member', 'facility')", name="payee_hold_payee"),
    CheckConstraint("kind in ('blocked', 'check_open', 'deceased', 'iban_mismatch')", name="payee_hold_kind"),
    CheckConstraint("(kind = 'iban_mismatch') = (iban is not null)", name="payee_hold_iban"),
    CheckConstraint("lifted_by <> placed_by", name="payee_hold_four_eyes"),
    CheckConstraint(
        "(lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lift_reason is null)",
        name="payee_hold_lifted",
    ),
)
Index(
    "payee_hold_open",
    payee_hold.c.fund,
    payee_hold.c.payee_kind,
    payee_hold.c.payee_id,
    payee_hold.c.kind,
    func.coalesce(payee_hold.c.iban, text("''")),
    unique=True,
    postgresql_where=text("lifted_at is null"),
)

heir_payee = Table(
    "heir_payee",
    metadata,
    Column("heir_id", Uuid, primary_key=True),
    fund_column(),
    Column("member_id", Uuid, nullable=False),
    Column("deceased_on", Date, nullable=False),
    Column("name", Text, nullable=False),
    Column("iban", Text, nullable=False),
    Column("document_ids", ARRAY(Uuid), nullable=False),
    Column("state", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    time_column("recorded_at"),
    Column("approved_by", Text),
    time_column("approved_at", nullable=True),
    CheckConstraint("state in ('recorded', 'approved', 'replaced')", name="heir_payee_state"),
    CheckConstraint("cardinality(document_ids) > 0", name="heir_payee_documents"),
    CheckConstraint("approved_by <> recorded_by", name="heir_payee_four_eyes"),
    CheckConstraint(
        "state <> 'approved' or (approved_by is not null and approved_at is not null)", name="heir_payee_approved"
    ),
)
Index(
    "heir_payee_recorded",
    heir_payee.c.fund,
    heir_payee.c.member_id,
    unique=True,
    postgresql_where=text("state = 'recorded'"),
)

payee_verification = Table(
    "payee_verification",
    metadata,
    Column("verification_id", Uuid, primary_key=True),
    fund_column(),
    Column("batch_id", Uuid, nullable=False),
    Column("payee_kind", Text, nullable=False),
    Column("payee_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("iban", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    time_column("requested_at"),
    Column("result", Text),
    Column("suggested_name", Text),
    Column("answered_by", Text),
    time_column("answered_at", nullable=True),
    CheckConstraint("result in ('match', 'close_match', 'no_match', 'not_possible')", name="payee_verification_result"),
    CheckConstraint("(result is null) = (answered_at is null)", name="payee_verification_answered"),
)
Index(
    "payee_verification_batch",
    payee_verification.c.fund,
    payee_verification.c.batch_id,
    payee_verification.c.verification_id,
)

# A check of one claim, as the claims service tells it. Its two ends may arrive in any order: it holds while it is
# opened and not closed.
claim_check = Table(
    "claim_check",
    metadata,
    Column("check_id", Uuid, primary_key=True),
    fund_column(),
    Column("claim_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    time_column("opened_at", nullable=True),
    time_column("closed_at", nullable=True),
    CheckConstraint("kind in ('sampling', 'check_up_visit')", name="claim_check_kind"),
    CheckConstraint("opened_at is not null or closed_at is not null", name="claim_check_end"),
)
Index(
    "claim_check_open",
    claim_check.c.claim_id,
    postgresql_where=text("opened_at is not null and closed_at is null"),
)
Index("claim_check_fund", claim_check.c.fund, claim_check.c.check_id)
