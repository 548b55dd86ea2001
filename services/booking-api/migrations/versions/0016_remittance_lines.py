"""The lines of a transfer to a facility: bookings, imported ones, what reviews have added; transfers that came back."""

from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SCHEMA = "bookings"
STATEMENTS = (
    # The id under which the fund pays an imported booking. What was imported before is found by its id alone.
    "alter table bookings.foreign_booking add column booking_id uuid",
    """
    create unique index foreign_booking_paid_as on bookings.foreign_booking (booking_id) where booking_id is not null
    """,
    "alter table bookings.remittance add column month text",
    """
    create table bookings.remittance_line (
      payout_id uuid not null references bookings.remittance (payout_id), source_id uuid not null, fund text not null,
      kind text not null, booking_id uuid not null, code text not null, invoice_number text,
      amount_cents bigint not null, due_on date not null,
      primary key (payout_id, source_id),
      constraint remittance_line_kind check (kind in ('booking', 'imported_booking', 'booking_correction')),
      constraint remittance_line_amount check (amount_cents > 0)
    )
    """,
    "create index remittance_line_source on bookings.remittance_line (source_id)",
    """
    insert into bookings.remittance_line
      (payout_id, source_id, fund, kind, booking_id, code, invoice_number, amount_cents, due_on)
    select old.payout_id, old.booking_id, old.fund, 'booking', old.booking_id, booking.code, invoice.number,
           booking.fund_share_cents, booking.closed_on
    from bookings.remittance_booking old
    join bookings.booking using (booking_id)
    left join bookings.invoiced_booking part on part.booking_id = booking.booking_id and part.superseded_at is null
    left join bookings.facility_invoice invoice on invoice.invoice_id = part.invoice_id
    where booking.fund_share_cents > 0 and booking.closed_on is not null
    """,
    "drop table bookings.remittance_booking",
    """
    create table bookings.remittance_return (
      payout_id uuid primary key references bookings.remittance (payout_id), fund text not null, reason text not null,
      returned_on date not null
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("remittance_line", "remittance_return"):
        enable_fund_rls(op, SCHEMA, table)
        append_only(op, SCHEMA, table)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
