"""Payables, ledger, payout runs, bank reports."""

from alembic import op

from kit.migrations import append_only, create_kit_tables, enable_fund_rls

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "payouts"

TABLES = (
    """
    create table payouts.payee (
      fund text not null, payee_kind text not null, payee_id uuid not null,
      name text, name_version bigint not null, left_on date,
      holder text, iban text, iban_version bigint not null, hold_reason text,
      primary key (fund, payee_kind, payee_id),
      constraint payee_kind check (payee_kind in ('member', 'facility')),
      constraint payee_hold_reason check (hold_reason in ('iban_rejected'))
    )
    """,
    """
    create table payouts.payment_terms (
      fund text not null, plan_id text not null, effective_from date not null, effective_to date,
      threshold_cents bigint not null, strictly_greater boolean not null, except_months smallint[] not null,
      published_at timestamptz not null,
      primary key (fund, plan_id, effective_from),
      constraint payment_terms_threshold check (threshold_cents >= 0)
    )
    """,
    """
    create table payouts.payout_run (
      run_id uuid primary key, fund text not null, month date not null, sequence integer not null, state text not null,
      execution_on date not null, cutoff_on date not null, minimum_cents bigint not null,
      prepared_by text not null, prepared_at timestamptz not null, approved_by text, approved_at timestamptz,
      executed_by text, posted_at timestamptz, sent_at timestamptz,
      announced_line integer not null default 0,
      paid_payees bigint not null default 0, paid_cents bigint not null default 0,
      carried_payees bigint not null default 0, carried_cents bigint not null default 0,
      held_payees bigint not null default 0, held_cents bigint not null default 0,
      previous_payees bigint not null default 0, previous_cents bigint not null default 0,
      file_key text, file_sha256 text, file_bytes bigint,
      constraint payout_run_sequence unique (fund, month, sequence),
      constraint payout_run_state check (state in ('prepared', 'approved', 'posted', 'filed', 'sent', 'superseded')),
      constraint payout_run_month check (extract(day from month) = 1),
      constraint payout_run_four_eyes check (approved_by <> prepared_by),
      constraint payout_run_approved
        check (state in ('prepared', 'superseded') or (approved_by is not null and approved_at is not null))
    )
    """,
    """
    create unique index payout_run_one_open on payouts.payout_run (fund, month)
      where state in ('prepared', 'approved', 'posted', 'filed')
    """,
    """
    create table payouts.payout_line (
      run_id uuid not null references payouts.payout_run, line integer not null, fund text not null,
      payee_kind text not null, payee_id uuid not null, outcome text not null, reason text,
      amount_cents bigint not null, payables integer not null, name text, iban text, payout_id uuid,
      primary key (run_id, line),
      constraint payout_line_payee unique (run_id, payee_kind, payee_id),
      constraint payout_line_outcome check (outcome in ('pay', 'carry', 'hold')),
      constraint payout_line_amount check (amount_cents > 0),
      constraint payout_line_payout check ((outcome = 'pay') = (payout_id is not null)),
      constraint payout_line_iban check (outcome <> 'pay' or iban is not null),
      constraint payout_line_reason check ((outcome = 'hold') = (reason is not null))
    )
    """,
    """
    create table payouts.payout (
      payout_id uuid primary key, fund text not null, run_id uuid not null references payouts.payout_run,
      line integer not null, payee_kind text not null, payee_id uuid not null, name text not null, iban text not null,
      amount_cents bigint not null, payables integer not null, execution_on date not null, state text not null,
      reason_code text, answered_at timestamptz,
      constraint payout_line_once unique (run_id, line),
      constraint payout_payee_once unique (run_id, payee_kind, payee_id),
      constraint payout_amount check (amount_cents > 0),
      constraint payout_state check (state in ('ready', 'sent', 'accepted', 'settled', 'returned'))
    ) with (fillfactor = 50)
    """,
    """
    create index payout_payee on payouts.payout (fund, payee_kind, payee_id, payout_id)
    """,
    """
    create index payout_newest on payouts.payout (fund, execution_on, payout_id)
    """,
    """
    create table payouts.payable (
      payable_id uuid primary key, fund text not null, payee_kind text not null, payee_id uuid not null,
      source_kind text not null, source_id uuid not null, reference text not null, article text,
      amount_cents bigint not null, due_on date not null, recorded_at timestamptz not null,
      constraint payable_source unique (fund, source_kind, source_id),
      constraint payable_amount check (amount_cents > 0),
      constraint payable_payee_kind check (payee_kind in ('member', 'facility')),
      constraint payable_source_kind check (source_kind in ('claim', 'booking'))
    )
    """,
    """
    create index payable_payee on payouts.payable (fund, payee_kind, payee_id, payable_id)
    """,
    """
    create table payouts.open_payable (
      payable_id uuid primary key references payouts.payable, fund text not null, payee_kind text not null,
      payee_id uuid not null, amount_cents bigint not null, due_on date not null, attempt smallint not null,
      constraint open_payable_amount check (amount_cents > 0)
    )
    """,
    """
    create table payouts.payout_payable (
      payout_id uuid not null references payouts.payout, payable_id uuid not null references payouts.payable,
      fund text not null, attempt smallint not null,
      primary key (payout_id, payable_id),
      constraint payout_payable_once unique (payable_id, attempt)
    )
    """,
    """
    create table payouts.ledger_transaction (
      transaction_id bigint generated always as identity primary key, fund text not null, kind text not null,
      source_id uuid not null, booked_on date not null, posted_at timestamptz not null,
      reverses bigint references payouts.ledger_transaction,
      constraint ledger_transaction_source unique (fund, source_id, kind),
      constraint ledger_transaction_kind check (kind in (
        'claim_settled', 'booking_closed', 'payout_executed', 'payout_settled', 'payout_returned',
        'settlement_returned'))
    )
    """,
    """
    create unique index ledger_transaction_reversed_once on payouts.ledger_transaction (reverses)
      where reverses is not null
    """,
    """
    create table payouts.posting (
      transaction_id bigint not null references payouts.ledger_transaction, line smallint not null, fund text not null,
      account text not null, party_id uuid, amount_cents bigint not null,
      primary key (transaction_id, line),
      constraint posting_line check (line >= 1),
      constraint posting_amount check (amount_cents <> 0),
      constraint posting_account check (
        account ~ '^(expense:[a-z0-9]+|payable:member|payable:facility|bank:clearing|bank:account)$'),
      constraint posting_party check ((account like 'payable:%') = (party_id is not null))
    )
    """,
    """
    create index posting_party_balance on payouts.posting (fund, party_id) where party_id is not null
    """,
    """
    create table payouts.bank_report (
      report_id uuid primary key, fund text not null, sha256 text not null, message_id text not null,
      received_at timestamptz not null, received_by text not null, accepted integer not null, rejected integer not null,
      unchanged integer not null, unmatched jsonb not null,
      constraint bank_report_once unique (fund, sha256)
    )
    """,
)

# At the commit of a batch of events the session stands on the last event's fund: the check goes to the fund of its row.
# Lines 1 and 2 always exist, so whatever is added later has a higher number and is checked by the second trigger.
BALANCED = (
    """
    create function payouts.require_balanced() returns trigger language plpgsql as $$
    declare
      session_fund constant text := current_setting('app.fund', true);
      broken boolean;
    begin
      if session_fund is distinct from new.fund then
        perform set_config('app.fund', new.fund, true);
      end if;
      select count(*) filter (where line in (1, 2)) <> 2 or sum(amount_cents) <> 0 into broken
      from payouts.posting where transaction_id = new.transaction_id;
      if session_fund is distinct from new.fund then
        perform set_config('app.fund', session_fund, true);
      end if;
      if broken then
        raise exception 'ledger transaction % does not sum to zero', new.transaction_id
          using errcode = 'integrity_constraint_violation';
      end if;
      return null;
    end $$
    """,
    """
    create constraint trigger balanced after insert on payouts.ledger_transaction
      deferrable initially deferred for each row execute function payouts.require_balanced()
    """,
    """
    create constraint trigger balanced after insert on payouts.posting
      deferrable initially deferred for each row when (new.line > 2) execute function payouts.require_balanced()
    """,
)

NAMES = (
    "payee",
    "payment_terms",
    "payout_run",
    "payout_line",
    "payout",
    "payable",
    "open_payable",
    "payout_payable",
    "ledger_transaction",
    "posting",
    "bank_report",
)
HISTORY = ("payable", "payout_payable", "ledger_transaction", "posting")


def upgrade() -> None:
    create_kit_tables(op, SCHEMA)
    for statement in TABLES:
        op.execute(statement)
    for table in NAMES:
        enable_fund_rls(op, SCHEMA, table)
    for table in HISTORY:
        append_only(op, SCHEMA, table)
    for statement in BALANCED:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
