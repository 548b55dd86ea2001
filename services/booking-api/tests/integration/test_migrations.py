import asyncio
from pathlib import Path

import asyncpg
from alembic import command

from kit.migrations import alembic_config
from kit.roles import role_statements
from kit.testing.databases import execute, on_database

SERVICE_DIR = Path(__file__).parents[2]
BOOKING = """
insert into bookings.facility values
  ('01990000-0000-7000-8000-00000000cc01', 'fnm', 'x', 'X', 'Via 1', null, 'Milano', null, 45.4, 9.1, null, 'IT',
   'green', '[]');
insert into bookings.booking
  (booking_id, fund, member_id, person_id, person_name, facility_id, facility_name, facility_address, service_code,
   service_title_it, service_title_en, article, appointment_at, phone, already_agreed, channel, requested_at,
   price_cents, notice_days, in_time, last_day_in_time, first_possible_appointment, state, expires_at, reasons, steps)
values
  (gen_random_uuid(), 'fnm', gen_random_uuid(), gen_random_uuid(), 'M R', '01990000-0000-7000-8000-00000000cc01', 'X',
   'Via 1', 'VIS-CARD', 'a', 'b', '3.6', now(), '1', true, 'portal', now(), 1, 2, true, '2026-01-01', '2026-01-01',
   'requested', now(), '[]', '[]');
insert into bookings.provider_invoice
  select booking_id, fund, facility_id, '1/A', '1a', '2026-01-02', 2026, 1, now() from bookings.booking;
"""


async def test_a_database_of_the_first_release_is_brought_up_to_date(postgres_url: str):
    name, role = "mutua_test_bookings_upgrade", "mutua_test_bookings_upgrade"
    execute(postgres_url, f'drop database if exists "{name}" with (force)', f'create database "{name}"')
    admin = on_database(postgres_url, name)
    try:
        execute(admin, *role_statements(role, "secret", "bookings", name))
        url = on_database(postgres_url, name, login=f"{role}:secret")
        config = alembic_config(SERVICE_DIR, url.replace("postgresql://", "postgresql+asyncpg://", 1))
        await _run(command.upgrade, config, "0001")
        conn = await asyncpg.connect(url)
        await conn.execute("select set_config('app.fund', '*', false)")
        await conn.execute(BOOKING)
        await _run(command.upgrade, config, "head")
        assert await conn.fetchval("select checked_documents from bookings.booking") == "[]"
        # 0003 makes a facility's words, 0007 turns the invoice of one booking into an invoice with its bookings.
        words = await conn.fetchrow("select kind, word, fund from bookings.facility_word")
        assert tuple(words) == ("name", "x", "fnm")
        assert await conn.fetchval("select town_key from bookings.facility") == "milano"
        moved = await conn.fetchrow(
            "select number, number_key, invoice_date::text, amount_cents, superseded_at, booking_id = invoice_id"
            " from bookings.facility_invoice join bookings.invoiced_booking using (invoice_id)"
        )
        assert tuple(moved) == ("1/A", "1a", "2026-01-02", 1, None, True)
        await conn.close()
        await _run(command.check, config)
    finally:
        execute(postgres_url, f'drop database "{name}" with (force)', f'drop role if exists "{role}"')


async def _run(step: object, *arguments: object) -> None:
    await asyncio.to_thread(step, *arguments)  # type: ignore[arg-type]
