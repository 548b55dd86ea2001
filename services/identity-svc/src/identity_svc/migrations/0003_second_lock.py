# mypy: disallow-subclassing-any=False
"""Row-level security by fund, and an audit that nobody rewrites: as kit.migrations does for the other services."""

from django.db import migrations

TABLES = ("login_user", "machine_client", "audit_entry")
OWN_FUND = "fund = current_setting('app.fund', true) or current_setting('app.fund', true) = '*'"


def secure(table: str) -> str:
    return (
        f"alter table {table} enable row level security; alter table {table} force row level security; "
        f"create policy fund_only on {table} using ({OWN_FUND}) with check ({OWN_FUND})"
    )


def open_up(table: str) -> str:
    return f"drop policy fund_only on {table}; alter table {table} disable row level security"


REFUSE_CHANGE = """
create function refuse_change() returns trigger language plpgsql as
$$ begin raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation'; end $$;
create trigger append_only before update or delete on audit_entry for each row execute function refuse_change();
create trigger append_only_truncate before truncate on audit_entry
    for each statement execute function refuse_change();
"""
ALLOW_CHANGE = """
drop trigger append_only_truncate on audit_entry; drop trigger append_only on audit_entry;
drop function refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("identity_svc", "0002_machine_client")]

    operations = [
        *(migrations.RunSQL(secure(table), open_up(table)) for table in TABLES),
        migrations.RunSQL(REFUSE_CHANGE, ALLOW_CHANGE),
    ]
