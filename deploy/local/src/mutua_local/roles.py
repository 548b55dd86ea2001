"""The database of the embedded run, with a login role and a schema for each service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from kit.roles import role_statements
from mutua_local.postgres import SUPERUSER
from mutua_local.settings import DATABASE


@dataclass(frozen=True)
class Role:
    """One service's login role."""

    schema: str

    @property
    def name(self) -> str:
        return f"mutua_{self.schema}"

    @property
    def secret(self) -> str:
        """Return the name under which the role's password is kept."""
        return f"{self.schema.upper()}_DATABASE_PASSWORD"


async def prepare_database(*, port: int, password: str, roles: Sequence[Role], secrets: Mapping[str, str]) -> None:
    """Create the database, the roles and their schemas; nothing changes the second time."""
    server = f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}"
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        if not await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE):
            await connection.execute(f"create database {DATABASE}")
        # The services' roles have no business in the two databases that every server is born with.
        await connection.execute("revoke connect on database postgres, template1 from public")
    finally:
        await connection.close()
    connection = await asyncpg.connect(f"{server}/{DATABASE}")
    try:
        async with connection.transaction():
            for role in roles:
                for statement in role_statements(role.name, secrets[role.secret], role.schema, DATABASE):
                    await connection.execute(statement)
    finally:
        await connection.close()
