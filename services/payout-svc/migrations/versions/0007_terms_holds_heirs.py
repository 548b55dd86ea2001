"""The fund's account and patron day as data, holds by people, heirs, and the verification of payees."""

from alembic import op

from kit.migrations import enable_fund_rls

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SCHEMA = "payouts"
STATEMENTS = (
    """
    alter table payouts.bank_channel
      add column debtor_name text, add column debtor_iban text, add column debtor_bic text,
      add column patron_month smallint default 12, add column patron_day smallint default 7,
      add constraint bank_channel_debtor check ((debtor_name is null) = (debtor_iban is null)),
      add constraint bank_channel_patron check ((patron_month is null) = (patron_day is null))
    """,
    """
    alter table payouts.payout_run
      add column debtor_name text, add column debtor_iban text, add column debtor_bic text
    """,
    "alter table payouts.payout_line add column verification text",
    """
    alter table payouts.payee
      add column iban_verified boolean not null default true,
      add column verification text, add column verified_iban text, add column verified_at timestamptz,
      add column deceased_on date, add column heir_name text, add column heir_iban text,
      add constraint payee_verification
        check (verification in ('match', 'close_match', 'no_match', 'not_possible')),
      add constraint payee_heir check ((heir_name is null) = (heir_iban is null)
        and (heir_iban is null or deceased_on is not null))
    """,
    """
    create table payouts.payee_hold (
      hold_id uuid primary key, fund text not null, payee_kind text not null, payee_id uuid not null,
      kind text not null, reason text not null, iban text, placed_by text not null, placed_at timestamptz not null,
      lifted_by text, lifted_at timestamptz, lift_reason text,
      constraint payee_hold_payee check (payee_kind in ('member', 'facility')),
      constraint payee_hold_kind check (kind in ('blocked', 'check_open', 'deceased', 'iban_mismatch')),
      constraint payee_hold_iban check ((kind = 'iban_mismatch') = (iban is not null)),
      constraint payee_hold_four_eyes check (lifted_by <> placed_by),
      constraint payee_hold_lifted
        check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lift_reason is null))
    )
    """,
    """
    create unique index payee_hold_open
      on payouts.payee_hold (fund, payee_kind, payee_id, kind, coalesce(iban, '')) where lifted_at is null
    """,
    """
    create table payouts.heir_payee (
      heir_id uuid primary key, fund text not null, member_id uuid not null, deceased_on date not null,
      name text not null, iban text not null, document_ids uuid[] not null, state text not null,
      recorded_by text not null, recorded_at timestamptz not null, approved_by text, approved_at timestamptz,
      constraint heir_payee_state check (state in ('recorded', 'approved', 'replaced')),
      constraint heir_payee_documents check (cardinality(document_ids) > 0),
      constraint heir_payee_four_eyes check (approved_by <> recorded_by),
      constraint heir_payee_approved
        check (state <> 'approved' or (approved_by is not null and approved_at is not null))
    )
    """,
    """
    create unique index heir_payee_recorded on payouts.heir_payee (fund, member_id) where state = 'recorded'
    """,
    """
    create table payouts.payee_verification (
      verification_id uuid primary key, fund text not null, batch_id uuid not null, payee_kind text not null,
      payee_id uuid not null, name text not null, iban text not null, requested_by text not null,
      requested_at timestamptz not null, result text, suggested_name text, answered_by text, answered_at timestamptz,
      constraint payee_verification_result check (result in ('match', 'close_match', 'no_match', 'not_possible')),
      constraint payee_verification_answered check ((result is null) = (answered_at is null))
    )
    """,
    "create index payee_verification_batch on payouts.payee_verification (fund, batch_id, verification_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("payee_hold", "heir_payee", "payee_verification"):
        enable_fund_rls(op, SCHEMA, table)


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
