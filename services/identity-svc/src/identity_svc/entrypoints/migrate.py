"""Bring the schema to its newest version: `python -m identity_svc.entrypoints.migrate`."""

from django.core.management import call_command
from django.db import connection

from identity_svc.entrypoints.setup import started


def main() -> None:
    with started():
        _migrate()


def _migrate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_schema()")
        if cursor.fetchone()[0] is None:
            raise SystemExit("the schema of DATABASE_SCHEMA does not exist, or its role may not use it")
        cursor.execute("set lock_timeout = '4s'")
    call_command("migrate", interactive=False, verbosity=1)
    call_command("createcachetable", verbosity=0)
    # Nobody else removes what has expired: every issued token leaves a row.
    call_command("oidc_cleartokens")
    call_command("clearsessions")


if __name__ == "__main__":
    main()
