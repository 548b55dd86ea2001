"""Members and families, accounts, tasks, documents."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import create_kit_tables, enable_fund_rls

revision: str = "0001"
down_revision: str | None = None
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"
TABLES = ("member", "person", "bank_account", "task", "document")


def upgrade() -> None:
    create_kit_tables(op, SCHEMA)
    _create_member()
    _create_person()
    _create_bank_account()
    _create_task()
    _create_document()
    for table in TABLES:
        enable_fund_rls(op, SCHEMA, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table, schema=SCHEMA)
    for table in ("outbox", "inbox", "parked_event", "idempotency_key", "audit_entry"):
        op.drop_table(table, schema=SCHEMA)
    op.execute(f'drop function "{SCHEMA}".refuse_change()')


def _create_member() -> None:
    op.create_table(
        "member",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=True),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("category in ('employee', 'pensioner')", name="known_category"),
        sa.CheckConstraint("language in ('it', 'en')", name="known_language"),
        sa.CheckConstraint("left_on is null or left_on >= enrolled_on", name="left_after_enrolled"),
        sa.PrimaryKeyConstraint("member_id"),
        sa.UniqueConstraint("fund", "number", name="member_number"),
        schema="claims",
    )


def _create_person() -> None:
    op.create_table(
        "person",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("fiscal_code", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("disabled_104", sa.Boolean(), nullable=False),
        sa.Column("fiscally_dependent", sa.Boolean(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "relation in ('member', 'spouse', 'child', 'parent', 'other_dependant')", name="known_relation"
        ),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from", name="period_in_order"),
        sa.ForeignKeyConstraint(["member_id"], ["claims.member.member_id"]),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("member_id", "fiscal_code", name="person_fiscal_code"),
        schema="claims",
    )
    op.create_index(
        "person_member_fiscal_code",
        "person",
        ["fund", "fiscal_code"],
        unique=True,
        schema="claims",
        postgresql_where=sa.text("relation = 'member'"),
    )
    op.create_index(
        "person_own",
        "person",
        ["member_id"],
        unique=True,
        schema="claims",
        postgresql_where=sa.text("relation = 'member'"),
    )


def _create_bank_account() -> None:
    op.create_table(
        "bank_account",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('active', 'rejected', 'replaced')", name="known_account_state"),
        sa.ForeignKeyConstraint(["member_id"], ["claims.member.member_id"]),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("member_id", "version", name="bank_account_version"),
        schema="claims",
    )
    op.create_index(
        "bank_account_current",
        "bank_account",
        ["member_id"],
        unique=True,
        schema="claims",
        postgresql_where=sa.text("state <> 'replaced'"),
    )


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("text_it", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["claims.member.member_id"]),
        sa.PrimaryKeyConstraint("task_id"),
        schema="claims",
    )
    op.create_index("task_member", "task", ["member_id"], schema="claims")
    op.create_index(
        "task_open",
        "task",
        ["kind", "subject_id"],
        unique=True,
        schema="claims",
        postgresql_where=sa.text("closed_at is null"),
    )


def _create_document() -> None:
    op.create_table(
        "document",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.Uuid(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('invoice', 'advance_invoice', 'prescription', 'ticket_receipt', "
            "'talking_receipt', 'machine_receipt', 'pagopa_receipt', 'postal_slip', 'mav', "
            "'dental_form', 'xray', 'implant_passport', 'lab_conformity', 'ortho_checkup', "
            "'translation', 'identity_card', 'self_declaration', 'holder_declaration', "
            "'register_extract', 'school_certificate', 'degree_certificate', 'enrolment_certificate', "
            "'exam_transcript', 'bes_report', 'handwritten_note', 'other')",
            name="known_kind",
        ),
        sa.CheckConstraint("media_type in ('application/pdf', 'image/jpeg', 'image/png')", name="known_media_type"),
        sa.CheckConstraint("size_bytes > 0", name="size_positive"),
        sa.ForeignKeyConstraint(["member_id"], ["claims.member.member_id"]),
        sa.PrimaryKeyConstraint("document_id"),
        schema="claims",
    )
    op.create_index("document_content", "document", ["member_id", "sha256"], schema="claims")
