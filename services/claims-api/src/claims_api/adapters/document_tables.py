"""The tables of the documents: what is known of each file, and the objects that the store is to forget."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
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

from claims_api.adapters.tables import MEMBER, METADATA
from claims_api.domain.document import DocumentState
from claims_api.domain.document_kinds import DocumentKind, MediaType


def _listed(values: type[DocumentKind | MediaType | DocumentState]) -> str:
    return ", ".join(f"'{value}'" for value in values)


DOCUMENT = Table(
    "document",
    METADATA,
    Column("document_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content_sha256", Text),
    Column("storage_key", Text),
    Column("duplicate_of", Uuid),
    Column("uploaded_at", DateTime(timezone=True), nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("refusal", Text),
    Column("work_due_at", DateTime(timezone=True)),
    Column("hold_reason", Text),
    Column("erased_at", DateTime(timezone=True)),
    Column("erase_reason", Text),
    CheckConstraint(f"kind in ({_listed(DocumentKind)})", name="known_kind"),
    CheckConstraint(f"media_type in ({_listed(MediaType)})", name="known_media_type"),
    CheckConstraint(f"state in ({_listed(DocumentState)})", name="known_document_state"),
    CheckConstraint("size_bytes > 0", name="size_positive"),
    CheckConstraint("(state in ('refused', 'erased')) = (storage_key is null)", name="bytes_by_state"),
    CheckConstraint("state <> 'refused' or refusal is not null", name="refused_by_rule"),
    CheckConstraint(
        "(state = 'erased') = (erased_at is not null) and (state = 'erased') = (erase_reason is not null)",
        name="erased_with_reason",
    ),
    CheckConstraint("hold_reason is null or state <> 'erased'", name="held_is_not_erased"),
    CheckConstraint("work_due_at is null or state in ('received', 'checked')", name="work_by_state"),
)
Index("document_content", DOCUMENT.c.member_id, DOCUMENT.c.sha256)
Index("document_object", DOCUMENT.c.storage_key, postgresql_where=text("storage_key is not null"))
Index("document_work", DOCUMENT.c.work_due_at, postgresql_where=text("work_due_at is not null"))

OBJECT_REMOVAL = Table(
    "object_removal",
    METADATA,
    Column("storage_key", Text, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
)

DOCUMENT_UPLOAD = Table(
    "document_upload",
    METADATA,
    Column("upload_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("member_id", ForeignKey(MEMBER.c.member_id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("length_bytes", BigInteger, nullable=False),
    Column("offset_bytes", BigInteger, nullable=False),
    Column("parts", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("document_id", ForeignKey(DOCUMENT.c.document_id)),
    CheckConstraint("offset_bytes between 0 and length_bytes", name="offset_within_length"),
    CheckConstraint("document_id is null or offset_bytes = length_bytes", name="whole_when_taken_in"),
)
Index("document_upload_member", DOCUMENT_UPLOAD.c.member_id)
Index("document_upload_expiry", DOCUMENT_UPLOAD.c.expires_at)

DOCUMENT_READING = Table(
    "document_reading",
    METADATA,
    Column("document_id", ForeignKey(DOCUMENT.c.document_id), primary_key=True),
    Column("fund", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("tries", Integer, nullable=False),
    Column("method", Text),
    Column("fields", JSONB, nullable=False),
    Column("person_id", Uuid),
    Column("signatures", JSONB, nullable=False, server_default=text("'[]'")),
    Column("read_at", DateTime(timezone=True)),
    CheckConstraint("state in ('pending', 'read', 'unreadable')", name="known_reading_state"),
    CheckConstraint("(state = 'pending') = (due_at is not null)", name="pending_is_due"),
)
Index("document_reading_due", DOCUMENT_READING.c.due_at, postgresql_where=text("due_at is not null"))
