"""Documents go through checks before a claim can rest on them, and leave a tombstone when they are erased."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import enable_fund_rls

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"
KEPT_TYPES = "'application/pdf', 'image/jpeg', 'image/png', 'application/xml', 'application/pkcs7-mime'"
OLD_TYPES = "'application/pdf', 'image/jpeg', 'image/png'"
CHECKS = {
    "known_document_state": "state in ('received', 'checked', 'ready', 'refused', 'erased')",
    "bytes_by_state": "(state in ('refused', 'erased')) = (storage_key is null)",
    "refused_by_rule": "state <> 'refused' or refusal is not null",
    "erased_with_reason": (
        "(state = 'erased') = (erased_at is not null) and (state = 'erased') = (erase_reason is not null)"
    ),
    "held_is_not_erased": "hold_reason is null or state <> 'erased'",
    "work_by_state": "work_due_at is null or state in ('received', 'checked')",
}

# A document goes forward only, whose it is and what it was stay, and a held one is not erased.
DOCUMENT_ORDER = """
create function claims.refuse_document_step() returns trigger language plpgsql as $$
begin
    if old.member_id <> new.member_id or old.sha256 <> new.sha256 or old.document_id <> new.document_id then
        raise exception 'the origin of a document is fixed' using errcode = 'restrict_violation';
    end if;
    if old.state <> new.state and (old.state, new.state) not in (
        ('received', 'checked'), ('received', 'ready'), ('received', 'refused'), ('received', 'erased'),
        ('checked', 'ready'), ('checked', 'refused'), ('checked', 'erased'), ('ready', 'erased'), ('refused', 'erased')
    ) then
        raise exception 'a document cannot go from % to %', old.state, new.state using errcode = 'restrict_violation';
    end if;
    if new.state = 'erased' and old.hold_reason is not null then
        raise exception 'a document on hold is not erased' using errcode = 'restrict_violation';
    end if;
    return new;
end $$

create trigger document_step before update on claims.document
    for each row execute function claims.refuse_document_step()
"""

# What is sent rests on checked documents only; the share lock keeps an erasure from coming in between.
CLAIM_DOCUMENTS = """
create function claims.refuse_unready_documents() returns trigger language plpgsql as $$
begin
    if exists (select 1 from (select d.state from claims.claim_document cd join claims.document d using (document_id)
                              where cd.claim_id = new.claim_id for share of d) held where held.state <> 'ready') then
        raise exception 'a document of the claim is not ready' using errcode = 'restrict_violation';
    end if;
    return new;
end $$

create trigger claim_documents_ready before update of state on claims.claim
    for each row when (old.state = 'draft' and new.state = 'submitted')
    execute function claims.refuse_unready_documents()

create function claims.refuse_unready_document() returns trigger language plpgsql as $$
begin
    if exists (select 1 from claims.claim c where c.claim_id = new.claim_id and c.state <> 'draft')
       and exists (select 1 from claims.document d where d.document_id = new.document_id and d.state <> 'ready') then
        raise exception 'the document is not ready' using errcode = 'restrict_violation';
    end if;
    return new;
end $$

create trigger claim_document_ready before insert on claims.claim_document
    for each row execute function claims.refuse_unready_document()
"""


def upgrade() -> None:
    for name, kind in (
        ("content_sha256", sa.Text()),
        ("refusal", sa.Text()),
        ("work_due_at", sa.DateTime(timezone=True)),
        ("hold_reason", sa.Text()),
        ("erased_at", sa.DateTime(timezone=True)),
        ("erase_reason", sa.Text()),
    ):
        op.add_column("document", sa.Column(name, kind, nullable=True), schema=SCHEMA)
    # Until now a file was kept as it came, and only after its check.
    op.add_column("document", sa.Column("state", sa.Text(), nullable=False, server_default="ready"), schema=SCHEMA)
    op.alter_column("document", "state", server_default=None, schema=SCHEMA)
    op.execute("update claims.document set content_sha256 = sha256")
    op.alter_column("document", "storage_key", nullable=True, schema=SCHEMA)
    for name, condition in CHECKS.items():
        op.create_check_constraint(name, "document", condition, schema=SCHEMA)
    op.drop_constraint("known_media_type", "document", schema=SCHEMA)
    op.create_check_constraint("known_media_type", "document", f"media_type in ({KEPT_TYPES})", schema=SCHEMA)
    due = sa.text("work_due_at is not null")
    op.create_index("document_work", "document", ["work_due_at"], schema=SCHEMA, postgresql_where=due)
    op.create_table(
        "object_removal",
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("storage_key"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "object_removal")
    for statement in f"{DOCUMENT_ORDER}\n{CLAIM_DOCUMENTS}".split("\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for table, trigger, function in (
        ("claim_document", "claim_document_ready", "refuse_unready_document"),
        ("claim", "claim_documents_ready", "refuse_unready_documents"),
        ("document", "document_step", "refuse_document_step"),
    ):
        op.execute(f"drop trigger {trigger} on claims.{table}")
        op.execute(f"drop function claims.{function}()")
    op.drop_table("object_removal", schema=SCHEMA)
    op.drop_index("document_work", "document", schema=SCHEMA)
    op.drop_constraint("known_media_type", "document", schema=SCHEMA)
    op.create_check_constraint("known_media_type", "document", f"media_type in ({OLD_TYPES})", schema=SCHEMA)
    for name in CHECKS:
        op.drop_constraint(name, "document", schema=SCHEMA)
    op.alter_column("document", "storage_key", nullable=False, schema=SCHEMA)
    for name in ("content_sha256", "refusal", "work_due_at", "hold_reason", "erased_at", "erase_reason", "state"):
        op.drop_column("document", name, schema=SCHEMA)
