"""The tables of the schema `claims`; what must not happen is refused here, not only in the code."""

from enum import StrEnum

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
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from claims_api.domain.bank_account import AccountState
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.member import Category, Language, Relation
from claims_api.domain.plan import Branch
from kit.tables import kit_tables

SCHEMA = "claims"
METADATA = MetaData(schema=SCHEMA)
KIT = kit_tables(METADATA)


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=f"known_{column}")


def _fund() -> Column[str]:
    return Column("fund", Text, nullable=False)


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


MEMBER = Table(
    "member",
    METADATA,
    Column("member_id", Uuid, primary_key=True),
    _fund(),
    Column("number", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("employer", Text),
    Column("enrolled_on", Date, nullable=False),
    Column("hired_on", Date),
    Column("left_on", Date),
    Column("retired_on", Date),
    Column("confirmed_on", Date),
    Column("contributions_in_order", Boolean, nullable=False, server_default=text("true")),
    Column("language", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("phone", Text),
    Column("version", Integer, nullable=False),
    Column("contact_version", Integer, nullable=False),
    UniqueConstraint("fund", "number", name="member_number"),
    _one_of("category", Category),
    CheckConstraint(f"language in ({', '.join(repr(str(one)) for one in Language)})", name="known_language"),
    CheckConstraint("left_on is null or left_on >= enrolled_on", name="left_after_enrolled"),
    CheckConstraint("confirmed_on is null or retired_on is not null", name="confirmed_pensioner"),
)

PERSON = Table(
    "person",
    METADATA,
    Column("person_id", Uuid, primary_key=True),
    _fund(),
    Column("member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    Column("relation", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("fiscal_code", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("disabled_104", Boolean, nullable=False),
    Column("fiscally_dependent", Boolean),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    UniqueConstraint("member_id", "fiscal_code", name="person_fiscal_code"),
    _one_of("relation", Relation),
    CheckConstraint("valid_to is null or valid_to >= valid_from", name="period_in_order"),
)
Index("person_own", PERSON.c.member_id, unique=True, postgresql_where=text("relation = 'member'"))
Index(
    "person_member_fiscal_code",
    PERSON.c.fund,
    PERSON.c.fiscal_code,
    unique=True,
    postgresql_where=text("relation = 'member'"),
)

BANK_ACCOUNT = Table(
    "bank_account",
    METADATA,
    Column("account_id", Uuid, primary_key=True),
    _fund(),
    Column("member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    Column("version", Integer, nullable=False),
    Column("iban", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    _time("opened_at"),
    _time("ended_at", nullable=True),
    UniqueConstraint("member_id", "version", name="bank_account_version"),
    CheckConstraint(f"state in ({', '.join(repr(str(one)) for one in AccountState)})", name="known_account_state"),
)
Index("bank_account_current", BANK_ACCOUNT.c.member_id, unique=True, postgresql_where=text("state <> 'replaced'"))

TASK = Table(
    "task",
    METADATA,
    Column("task_id", Uuid, primary_key=True),
    _fund(),
    Column("member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("case_id", Uuid),
    Column("text_it", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("due_on", Date),
    _time("opened_at"),
    _time("closed_at", nullable=True),
)
Index("task_open", TASK.c.kind, TASK.c.subject_id, unique=True, postgresql_where=text("closed_at is null"))
Index("task_member", TASK.c.member_id)

PLAN_VERSION = Table(
    "plan_version",
    METADATA,
    _fund(),
    Column("plan_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("claim_lapse_days", Integer, nullable=False),
    Column("articles", JSONB, nullable=False),
    Column("filing_days", Integer),
    PrimaryKeyConstraint("fund", "plan_id", "version"),
    CheckConstraint("claim_lapse_days > 0", name="lapse_days_positive"),
)

CASE_COUNTER = Table(
    "case_counter",
    METADATA,
    _fund(),
    Column("year", Integer, nullable=False),
    Column("last", BigInteger, nullable=False),
    PrimaryKeyConstraint("fund", "year"),
)

CLAIM_CASE = Table(
    "claim_case",
    METADATA,
    Column("case_id", Uuid, primary_key=True),
    _fund(),
    Column("number", Text, nullable=False),
    Column("member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    Column("channel", Text, nullable=False),
    Column("postmarked_on", Date),
    Column("state", Text, nullable=False),
    _time("created_at"),
    _time("submitted_at", nullable=True),
    Column("received_on", Date),
    Column("settled_on", Date),
    # A case on paper waits for its turn before the rules see it: until that day, or until somebody released it.
    Column("held_until", Date),
    _time("released_at", nullable=True),
    UniqueConstraint("fund", "number", name="claim_case_number"),
    _one_of("state", ClaimState),
    CheckConstraint("channel in ('portal', 'paper', 'telephone')", name="known_channel"),
    CheckConstraint(
        "postmarked_on is null or channel = 'paper' and postmarked_on <= received_on", name="paper_postmark"
    ),
    CheckConstraint(
        "(held_until is null and released_at is null) or channel = 'paper' and submitted_at is not null",
        name="paper_waits",
    ),
    CheckConstraint("held_until is null or released_at is null", name="held_or_released"),
)
Index("claim_case_held", CLAIM_CASE.c.held_until, postgresql_where=text("held_until is not null"))
Index("claim_case_submitted", CLAIM_CASE.c.submitted_at)
Index("claim_case_by_request", CLAIM_CASE.c.received_on)
FEW_CASES = text("state in ('approved', 'draft', 'referred', 'returned', 'submitted', 'suspended', 'withdrawn')")
Index("claim_case_by_state", CLAIM_CASE.c.state, CLAIM_CASE.c.case_id, postgresql_where=FEW_CASES)
Index("claim_case_member", CLAIM_CASE.c.member_id, CLAIM_CASE.c.case_id)

CONSENT = Table(
    "consent",
    METADATA,
    Column("case_id", ForeignKey(CLAIM_CASE.c.case_id), nullable=False),
    _fund(),
    Column("kind", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("member_id", Uuid, nullable=False),
    _time("given_at"),
    Column("given_by", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "kind"),
)

Index("consent_member", CONSENT.c.member_id, CONSENT.c.kind)

CLAIM = Table(
    "claim",
    METADATA,
    Column("claim_id", Uuid, primary_key=True),
    _fund(),
    Column("case_id", ForeignKey(CLAIM_CASE.c.case_id), nullable=False),
    Column("member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    Column("person_id", ForeignKey(PERSON.c.person_id), nullable=False),
    Column("article", Text, nullable=False),
    Column("branch", Text, nullable=False, server_default="health"),
    Column("mode", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("document_number", Text, nullable=False),
    Column("document_number_key", Text, nullable=False),
    Column("document_date", Date, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("ssn_ticket", Boolean, nullable=False),
    Column("stamp_duty_cents", BigInteger, nullable=False),
    Column("other_fund_refund_cents", BigInteger, nullable=False),
    Column("provider_kind", Text, nullable=False),
    Column("provider_specialty", Text),
    Column("provider_vat_number", Text),
    Column("provider_key", Text, nullable=False),
    Column("extra", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("received_on", Date),
    Column("payable_cents", BigInteger),
    Column("decision_id", Uuid),
    Column("review", Text),
    Column("suspended_on", Date),
    Column("lapses_on", Date),
    Column("missing", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("payout_id", Uuid),
    Column("settled_cents", BigInteger),
    Column("instalments", JSONB, nullable=False, server_default=text("'[]'")),
    Column("correction", JSONB),
    Column("gross_of_withholding", Boolean, nullable=False, server_default=text("false")),
    # A document in another currency, in euro, by the rules' decision.
    Column("converted_cents", BigInteger),
    CheckConstraint("settled_cents >= 0", name="settled_not_negative"),
    _one_of("state", ClaimState),
    CheckConstraint("mode = 'indirect'", name="indirect_only"),
    _one_of("branch", Branch),
    # Of a non-health request the member guide asks the date alone.
    CheckConstraint("amount_cents > 0 or (branch = 'non_health' and amount_cents = 0)", name="amount_positive"),
    CheckConstraint("document_number <> '' or branch = 'non_health'", name="health_has_number"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_shape"),
    CheckConstraint(
        "converted_cents is null or (currency <> 'EUR' and converted_cents >= 0)", name="only_foreign_converted"
    ),
    CheckConstraint(
        "state not in ('approved', 'settled', 'paid', 'returned') or currency = 'EUR' or converted_cents is not null",
        name="approved_in_euro",
    ),
    CheckConstraint("stamp_duty_cents >= 0 and other_fund_refund_cents >= 0", name="parts_not_negative"),
    CheckConstraint("stamp_duty_cents + other_fund_refund_cents <= amount_cents", name="parts_within_amount"),
    CheckConstraint("payable_cents >= 0", name="payable_not_negative"),
    CheckConstraint("quantity > 0 and revision >= 0", name="counts_positive"),
    CheckConstraint("state <> 'suspended' or lapses_on is not null", name="suspended_lapses"),
    CheckConstraint(
        "state not in ('approved', 'settled', 'paid', 'returned') "
        "or (payable_cents is not null and decision_id is not null)",
        name="approved_has_decision",
    ),
)
# The same document of the same person is paid once (reading A80): the database has the last word.
OPEN_CLAIM = text("state not in ('rejected', 'withdrawn')")
EXPENSE_KEY = ("fund", "person_id", "document_date", "document_number_key", "provider_key")
Index("claim_expense", *(CLAIM.c[name] for name in EXPENSE_KEY), unique=True, postgresql_where=OPEN_CLAIM)
Index("claim_by_case", CLAIM.c.case_id)
Index("claim_by_member", CLAIM.c.member_id, CLAIM.c.claim_id)
Index("claim_waiting", CLAIM.c.received_on, postgresql_where=text("state = 'submitted'"))
# The desk searches the whole fund: by person, by the document's day, by the day of the request, by the states that few
# claims are in (of the others the newest come at once in the order of their ids).
Index("claim_by_person", CLAIM.c.person_id, CLAIM.c.claim_id)
Index("claim_by_document_date", CLAIM.c.document_date)
Index("claim_by_request", CLAIM.c.received_on)
FEW_CLAIMS = text("state in ('approved', 'referred', 'returned', 'withdrawn')")
Index("claim_by_state", CLAIM.c.state, CLAIM.c.claim_id, postgresql_where=FEW_CLAIMS)
Index("claim_lapsing", CLAIM.c.lapses_on, postgresql_where=text("state = 'suspended'"))

CLAIM_DOCUMENT = Table(
    "claim_document",
    METADATA,
    Column("claim_id", ForeignKey(CLAIM.c.claim_id), nullable=False),
    Column("document_id", ForeignKey(f"{SCHEMA}.document.document_id"), nullable=False),
    _fund(),
    Column("kind", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    PrimaryKeyConstraint("claim_id", "document_id"),
)

CLAIM_DECISION = Table(
    "claim_decision",
    METADATA,
    Column("decision_id", Uuid, primary_key=True),
    _fund(),
    Column("claim_id", ForeignKey(CLAIM.c.claim_id), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("requested_cents", BigInteger, nullable=False),
    Column("payable_cents", BigInteger, nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("plan_version", Text, nullable=False),
    Column("plan_hash", Text, nullable=False),
    Column("missing", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("steps", JSONB, nullable=False),
    Column("review", Text),
    Column("instalments", JSONB, nullable=False, server_default=text("'[]'")),
    Column("gross_of_withholding", Boolean, nullable=False, server_default=text("false")),
    Column("requested_eur_cents", BigInteger),
    _time("received_at"),
)
Index("claim_decision_claim", CLAIM_DECISION.c.claim_id)

# What a claim's facts were before somebody changed them: append-only.
CLAIM_FACT_CHANGE = Table(
    "claim_fact_change",
    METADATA,
    Column("claim_id", ForeignKey(CLAIM.c.claim_id), nullable=False),
    Column("revision", Integer, nullable=False),
    _fund(),
    Column("before", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    _time("at"),
    Column("actor", Text, nullable=False),
    PrimaryKeyConstraint("claim_id", "revision"),
)

CLAIM_STATE_CHANGE = Table(
    "claim_state_change",
    METADATA,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    _fund(),
    Column("claim_id", ForeignKey(CLAIM.c.claim_id), nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    _time("at"),
    Column("actor", Text, nullable=False),
    Column("note", Text),
)
Index("claim_state_change_claim", CLAIM_STATE_CHANGE.c.claim_id)
