"""Instalments of a benefit, and corrections of settled claims, which may take money back."""

from alembic import op

from kit.migrations import enable_fund_rls

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCHEMA = "payouts"
SOURCES = "('claim', 'booking', 'instalment', 'claim_correction')"
KINDS = (
    "'claim_settled', 'booking_closed', 'instalment_due', 'claim_corrected', 'payout_executed', 'payout_settled',"
    " 'payout_returned', 'settlement_returned'"
)
SIGN = "amount_cents > 0 or (amount_cents < 0 and source_kind = 'claim_correction')"

STATEMENTS = (
    f"""
    alter table payouts.payable
      add column claim_id uuid,
      drop constraint payable_amount, add constraint payable_amount check ({SIGN}),
      drop constraint payable_source_kind, add constraint payable_source_kind check (source_kind in {SOURCES}),
      add constraint payable_claim
        check (source_kind in ('claim', 'booking') or claim_id is not null)
    """,
    """
    alter table payouts.open_payable
      drop constraint open_payable_amount, add constraint open_payable_amount check (amount_cents <> 0)
    """,
    # A balance that is owed to the fund is a line too: it is carried, never paid and never held.
    """
    alter table payouts.payout_line
      drop constraint payout_line_amount,
      add constraint payout_line_amount check (amount_cents > 0 or (amount_cents < 0 and outcome = 'carry'))
    """,
    f"""
    alter table payouts.settlement
      drop constraint settlement_source_kind,
      add constraint settlement_source_kind check (source_kind in {SOURCES}),
      drop constraint settlement_amount,
      add constraint settlement_amount check (amount_cents >= 0 or source_kind = 'claim_correction')
    """,
    f"""
    alter table payouts.ledger_transaction
      drop constraint ledger_transaction_kind, add constraint ledger_transaction_kind check (kind in ({KINDS}))
    """,
    """
    create table payouts.instalment (
      instalment_id uuid primary key, fund text not null, claim_id uuid not null, case_id uuid not null,
      case_number text not null, decision_id uuid not null, member_id uuid not null, person_id uuid not null,
      article text not null, number smallint not null, due_on date not null, amount_cents bigint not null,
      state text not null, asked_at timestamptz, decided_at timestamptz, payable_cents bigint, plan_version text,
      reasons jsonb,
      constraint instalment_number unique (fund, claim_id, number),
      constraint instalment_later check (number > 1),
      constraint instalment_amount check (amount_cents > 0),
      constraint instalment_state check (state in ('planned', 'scheduled', 'asked', 'granted', 'lapsed')),
      constraint instalment_decided check (
        (state in ('granted', 'lapsed')) = (decided_at is not null)
        and (state = 'granted') = (payable_cents is not null)
        and (state = 'lapsed') = (reasons is not null))
    )
    """,
    """
    create index instalment_member on payouts.instalment (fund, member_id, instalment_id)
    """,
    """
    create index instalment_due on payouts.instalment (due_on) where state = 'scheduled'
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    enable_fund_rls(op, SCHEMA, "instalment")


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
