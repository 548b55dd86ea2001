"""The tables of the schema `payouts`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kit.tables import kit_tables

SCHEMA = "payouts"
metadata = MetaData(schema=SCHEMA)
KIT = kit_tables(metadata)


def fund_column() -> Column[str]:
    """Return the column by which rows belong to a fund."""
    return Column("fund", Text, nullable=False)


def time_column(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column of aware times."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


payee = Table(
    "payee",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("payee_kind", Text, primary_key=True),
    Column("payee_id", Uuid, primary_key=True),
    Column("name", Text),
    Column("name_version", BigInteger, nullable=False),
    Column("left_on", Date),
    Column("holder", Text),
    Column("iban", Text),
    Column("iban_version", BigInteger, nullable=False),
    Column("hold_reason", Text),
    # The member's account counts as verified until claims says otherwise; the bank's own answer stands beside it.
    Column("iban_verified", Boolean, nullable=False, server_default=text("true")),
    Column("verification", Text),
    Column("verified_iban", Text),
    time_column("verified_at", nullable=True),
    Column("deceased_on", Date),
    Column("heir_name", Text),
    Column("heir_iban", Text),
    CheckConstraint("verification in ('match', 'close_match', 'no_match', 'not_possible')", name="payee_verification"),
    CheckConstraint(
        "(heir_name is null) = (heir_iban is null) and (heir_iban is null or deceased_on is not null)",
        name="payee_heir",
    ),
    CheckConstraint("payee_kind in ('member', 'facility')", name="payee_kind"),
    CheckConstraint("hold_reason in ('iban_rejected')", name="payee_hold_reason"),
)

payment_terms = Table(
    "payment_terms",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("effective_from", Date, primary_key=True),
    Column("effective_to", Date),
    Column("threshold_cents", BigInteger, nullable=False),
    Column("strictly_greater", Boolean, nullable=False),
    Column("except_months", ARRAY(SmallInteger), nullable=False),
    time_column("published_at"),
    CheckConstraint("threshold_cents >= 0", name="payment_terms_threshold"),
)

_FORMATS = "('pain.001.001.03', 'pain.001.001.09', 'CBIPaymentRequest.00.04.01')"
bank_channel = Table(
    "bank_channel",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("file_format", Text, nullable=False),
    Column("transfers_per_file", Integer, nullable=False),
    Column("sender_code", Text),
    Column("debtor_name", Text),
    Column("debtor_iban", Text),
    Column("debtor_bic", Text),
    Column("patron_month", SmallInteger, server_default=text("12")),
    Column("patron_day", SmallInteger, server_default=text("7")),
    CheckConstraint("(debtor_name is null) = (debtor_iban is null)", name="bank_channel_debtor"),
    CheckConstraint("(patron_month is null) = (patron_day is null)", name="bank_channel_patron"),
    Column("changed_by", Text, nullable=False),
    time_column("changed_at"),
    CheckConstraint(f"file_format in {_FORMATS}", name="bank_channel_format"),
    CheckConstraint("transfers_per_file > 0", name="bank_channel_transfers"),
    CheckConstraint(
        "file_format <> 'CBIPaymentRequest.00.04.01' or sender_code is not null", name="bank_channel_sender"
    ),
)

payout_run = Table(
    "payout_run",
    metadata,
    Column("run_id", Uuid, primary_key=True),
    fund_column(),
    Column("month", Date, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("execution_on", Date, nullable=False),
    Column("cutoff_on", Date, nullable=False),
    Column("minimum_cents", BigInteger, nullable=False),
    Column("prepared_by", Text, nullable=False),
    time_column("prepared_at"),
    Column("approved_by", Text),
    time_column("approved_at", nullable=True),
    Column("executed_by", Text),
    time_column("posted_at", nullable=True),
    time_column("sent_at", nullable=True),
    # How far the announcement of the payouts has come.
    Column("announced_line", Integer, nullable=False, server_default=text("0")),
    *(
        Column(name, BigInteger, nullable=False, server_default=text("0"))
        for name in (
            "paid_payees",
            "paid_cents",
            "carried_payees",
            "carried_cents",
            "held_payees",
            "held_cents",
            "previous_payees",
            "previous_cents",
        )
    ),
    # The bank's terms when the run was prepared: a file written again must have the same bytes.
    Column("file_format", Text, nullable=False, server_default=text("'pain.001.001.09'")),
    Column("transfers_per_file", Integer, nullable=False, server_default=text("50000")),
    Column("sender_code", Text),
    *(Column(name, Text) for name in ("debtor_name", "debtor_iban", "debtor_bic")),
    CheckConstraint(f"file_format in {_FORMATS}", name="payout_run_format"),
    CheckConstraint("transfers_per_file > 0", name="payout_run_transfers"),
    UniqueConstraint("fund", "month", "sequence", name="payout_run_sequence"),
    CheckConstraint(
        "state in ('prepared', 'approved', 'posted', 'filed', 'sent', 'superseded')", name="payout_run_state"
    ),
    CheckConstraint("extract(day from month) = 1", name="payout_run_month"),
    CheckConstraint("approved_by <> prepared_by", name="payout_run_four_eyes"),
    CheckConstraint(
        "state in ('prepared', 'superseded') or (approved_by is not null and approved_at is not null)",
        name="payout_run_approved",
    ),
)
Index(
    "payout_run_one_open",
    payout_run.c.fund,
    payout_run.c.month,
    unique=True,
    postgresql_where=text("state in ('prepared', 'approved', 'posted', 'filed')"),
)

payout_file = Table(
    "payout_file",
    metadata,
    Column("run_id", Uuid, ForeignKey(payout_run.c.run_id), primary_key=True),
    Column("number", Integer, primary_key=True),
    fund_column(),
    Column("after_line", Integer, nullable=False),
    Column("last_line", Integer, nullable=False),
    Column("transfers", Integer, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("file_key", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    CheckConstraint("number between 1 and 99", name="payout_file_number"),
    CheckConstraint("last_line > after_line", name="payout_file_lines"),
    CheckConstraint("transfers > 0 and amount_cents > 0", name="payout_file_transfers"),
)

payout_line = Table(
    "payout_line",
    metadata,
    Column("run_id", Uuid, ForeignKey(payout_run.c.run_id), primary_key=True),
    Column("line", Integer, primary_key=True),
    fund_column(),
    Column("payee_kind", Text, nullable=False),
    Column("payee_id", Uuid, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("amount_cents", BigInteger, nullable=False),
    Column("payables", Integer, nullable=False),
    Column("name", Text),
    Column("iban", Text),
    Column("verification", Text),
    # Given at the dry run, so that an execution that starts again makes the same payouts and the same file.
    Column("payout_id", Uuid),
    # What is owed for claims with an open check: a line of its own beside the rest of the payee's balance.
    Column("checked", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("run_id", "payee_kind", "payee_id", "checked", name="payout_line_payee"),
    CheckConstraint("outcome in ('pay', 'carry', 'hold')", name="payout_line_outcome"),
    CheckConstraint("amount_cents > 0 or (amount_cents < 0 and outcome = 'carry')", name="payout_line_amount"),
    CheckConstraint("(outcome = 'pay') = (payout_id is not null)", name="payout_line_payout"),
    CheckConstraint("outcome <> 'pay' or iban is not null", name="payout_line_iban"),
    CheckConstraint("(outcome = 'hold') = (reason is not null)", name="payout_line_reason"),
    CheckConstraint("not checked or outcome <> 'pay'", name="payout_line_checked"),
)

payout = Table(
    "payout",
    metadata,
    Column("payout_id", Uuid, primary_key=True),
    fund_column(),
    Column("run_id", Uuid, ForeignKey(payout_run.c.run_id), nullable=False),
    Column("line", Integer, nullable=False),
    Column("payee_kind", Text, nullable=False),
    Column("payee_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("iban", Text, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("payables", Integer, nullable=False),
    Column("execution_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason_code", Text),
    time_column("answered_at", nullable=True),
    UniqueConstraint("run_id", "line", name="payout_line_once"),
    UniqueConstraint("run_id", "payee_kind", "payee_id", name="payout_payee_once"),
    CheckConstraint("amount_cents > 0", name="payout_amount"),
    CheckConstraint("state in ('ready', 'sent', 'accepted', 'settled', 'returned')", name="payout_state"),
)
Index("payout_payee", payout.c.fund, payout.c.payee_kind, payout.c.payee_id, payout.c.payout_id)
Index("payout_newest", payout.c.fund, payout.c.execution_on, payout.c.payout_id)

SOURCES = "('claim', 'booking', 'instalment', 'claim_correction', 'booking_correction')"
payable = Table(
    "payable",
    metadata,
    Column("payable_id", Uuid, primary_key=True),
    fund_column(),
    Column("payee_kind", Text, nullable=False),
    Column("payee_id", Uuid, nullable=False),
    Column("source_kind", Text, nullable=False),
    Column("source_id", Uuid, nullable=False),
    Column("reference", Text, nullable=False),
    Column("article", Text),
    Column("amount_cents", BigInteger, nullable=False),
    Column("due_on", Date, nullable=False),
    time_column("recorded_at"),
    # The claim of an instalment or of a correction; of a claim it is the source itself.
    Column("claim_id", Uuid),
    # What is paid is net: the gross amount is this and what is withheld.
    Column("gross_of_withholding", Boolean, nullable=False, server_default=text("false")),
    Column("withheld_cents", BigInteger, nullable=False, server_default=text("0")),
    # What a facility is paid for: the booking, its code, and whether another system closed it.
    Column("booking_id", Uuid),
    Column("code", Text),
    Column("imported", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint(
        "source_kind in ('booking', 'booking_correction') or (booking_id is null and code is null)",
        name="payable_booking",
    ),
    CheckConstraint("not imported or source_kind = 'booking'", name="payable_imported"),
    CheckConstraint(
        "withheld_cents = 0 or (gross_of_withholding and (withheld_cents > 0 or source_kind = 'claim_correction'))",
        name="payable_withheld",
    ),
    UniqueConstraint("fund", "source_kind", "source_id", name="payable_source"),
    CheckConstraint(
        "amount_cents > 0 or (source_kind = 'claim_correction' and (amount_cents <> 0 or withheld_cents <> 0))",
        name="payable_amount",
    ),
    CheckConstraint(
        "source_kind in ('claim', 'booking', 'booking_correction') or claim_id is not null", name="payable_claim"
    ),
    CheckConstraint("payee_kind in ('member', 'facility')", name="payable_payee_kind"),
    CheckConstraint(f"source_kind in {SOURCES}", name="payable_source_kind"),
)
Index("payable_payee", payable.c.fund, payable.c.payee_kind, payable.c.payee_id, payable.c.payable_id)
Index(
    "payable_correction",
    payable.c.fund,
    payable.c.claim_id,
    postgresql_where=text("source_kind = 'claim_correction'"),
)
# The payables that no payout has taken, with what planning needs of them: a run reads these and never the history.
open_payable = Table(
    "open_payable",
    metadata,
    Column("payable_id", Uuid, ForeignKey(payable.c.payable_id), primary_key=True),
    fund_column(),
    Column("payee_kind", Text, nullable=False),
    Column("payee_id", Uuid, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("attempt", SmallInteger, nullable=False),
    Column("claim_id", Uuid),
    CheckConstraint("amount_cents <> 0", name="open_payable_amount"),
)
Index("open_payable_claim", open_payable.c.claim_id, postgresql_where=text("claim_id is not null"))

payout_payable = Table(
    "payout_payable",
    metadata,
    Column("payout_id", Uuid, ForeignKey(payout.c.payout_id), primary_key=True),
    Column("payable_id", Uuid, ForeignKey(payable.c.payable_id), primary_key=True),
    fund_column(),
    Column("attempt", SmallInteger, nullable=False),
    # A payable is in one payout only; the return of that payout opens the next attempt.
    UniqueConstraint("payable_id", "attempt", name="payout_payable_once"),
)

ledger_transaction = Table(
    "ledger_transaction",
    metadata,
    Column("transaction_id", BigInteger, Identity(always=True), primary_key=True),
    fund_column(),
    Column("kind", Text, nullable=False),
    Column("source_id", Uuid, nullable=False),
    Column("booked_on", Date, nullable=False),
    time_column("posted_at"),
    Column("reverses", BigInteger, ForeignKey("payouts.ledger_transaction.transaction_id")),
    UniqueConstraint("fund", "source_id", "kind", name="ledger_transaction_source"),
    CheckConstraint(
        "kind in ('claim_settled', 'booking_closed', 'instalment_due', 'claim_corrected', 'booking_corrected', "
        "'payout_executed', 'payout_settled', 'payout_returned', 'settlement_returned')",
        name="ledger_transaction_kind",
    ),
)

Index(
    "ledger_transaction_reversed_once",
    ledger_transaction.c.reverses,
    unique=True,
    postgresql_where=text("reverses is not null"),
)

posting = Table(
    "posting",
    metadata,
    Column("transaction_id", BigInteger, ForeignKey(ledger_transaction.c.transaction_id), primary_key=True),
    Column("line", SmallInteger, primary_key=True),
    fund_column(),
    Column("account", Text, nullable=False),
    Column("party_id", Uuid),
    Column("amount_cents", BigInteger, nullable=False),
    CheckConstraint("line >= 1", name="posting_line"),
    CheckConstraint("amount_cents <> 0", name="posting_amount"),
    CheckConstraint(
        "account ~ '^(expense:[a-z0-9]+|payable:member|payable:facility|bank:clearing|bank:account|tax:withholding)$'",
        name="posting_account",
    ),
    CheckConstraint("(account like 'payable:%') = (party_id is not null)", name="posting_party"),
)
Index(
    "posting_party_balance",
    posting.c.fund,
    posting.c.party_id,
    postgresql_where=text("party_id is not null"),
)

instalment = Table(
    "instalment",
    metadata,
    Column("instalment_id", Uuid, primary_key=True),
    fund_column(),
    *(Column(name, Uuid, nullable=False) for name in ("claim_id", "case_id", "decision_id", "member_id", "person_id")),
    Column("case_number", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    time_column("asked_at", nullable=True),
    time_column("decided_at", nullable=True),
    Column("payable_cents", BigInteger),
    Column("plan_version", Text),
    Column("reasons", JSONB),
    UniqueConstraint("fund", "claim_id", "number", name="instalment_number"),
    CheckConstraint("number > 1", name="instalment_later"),
    CheckConstraint("amount_cents > 0", name="instalment_amount"),
    CheckConstraint("state in ('planned', 'scheduled', 'asked', 'granted', 'lapsed')", name="instalment_state"),
    CheckConstraint(
        "(state in ('granted', 'lapsed')) = (decided_at is not null)"
        " and (state = 'granted') = (payable_cents is not null) and (state = 'lapsed') = (reasons is not null)",
        name="instalment_decided",
    ),
)
Index("instalment_member", instalment.c.fund, instalment.c.member_id, instalment.c.instalment_id)
Index("instalment_due", instalment.c.due_on, postgresql_where=text("state = 'scheduled'"))
