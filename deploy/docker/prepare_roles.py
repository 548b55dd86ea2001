"""Create the database, and a login role with a schema of its own for each service; nothing changes the second time.

ADMIN_DATABASE_URL       postgresql://superuser:password@host:port/postgres
DATABASE_NAME            mutua
<SCHEMA>_DATABASE_PASSWORD  one for each schema; the role is mutua_<schema>

Only this job knows the superuser. Given a new password, it changes the role's.
"""

import asyncio
import os
import re
from collections.abc import Mapping

import asyncpg

from kit.roles import role_statements

_PASSWORD = re.compile(r"([A-Z_]+)_DATABASE_PASSWORD")


def roles_of(environment: Mapping[str, str], prefix: str = "mutua_") -> dict[str, tuple[str, str]]:
    """Return role -> (schema, password) from the variables named <SCHEMA>_DATABASE_PASSWORD."""
    found = {match[1].lower(): value for name, value in environment.items() if (match := _PASSWORD.fullmatch(name))}
    if not found or not all(found.values()):
        raise SystemExit("set <SCHEMA>_DATABASE_PASSWORD for every service")
    return {prefix + schema: (schema, password) for schema, password in sorted(found.items())}


async def prepare(admin_url: str, database: str, roles: Mapping[str, tuple[str, str]]) -> None:
    """Run the statements as superuser, the roles' own in one transaction."""
    server = await asyncpg.connect(admin_url)
    try:
        if not await server.fetchval("select 1 from pg_database where datname = $1", database):
            await server.execute(f'create database "{database}"')
    finally:
        await server.close()
    inside = await asyncpg.connect(admin_url, database=database)
    try:
        async with inside.transaction():
            for role, (schema, password) in roles.items():
                for statement in role_statements(role, password, schema, database):
                    await inside.execute(statement)
    finally:
        await inside.close()


def main() -> None:
    roles = roles_of(os.environ)
    database = os.environ.get("DATABASE_NAME", "mutua")
    asyncio.run(prepare(os.environ["ADMIN_DATABASE_URL"], database, roles))
    print(f"{database}: {', '.join(roles)}")


if __name__ == "__main__":
    main()
