"""A migrated database of one service for each test: migrate once into a template, clone it."""

import asyncio
import secrets
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from kit.migrations import upgrade
from kit.roles import role_statements
from kit.testing.apart import run_apart


@dataclass(frozen=True, slots=True)
class ServiceDatabase:
    """The addresses of one test's database.

    Shapes: `url` for SQLAlchemy as the service's own role; `dsn` the same for asyncpg; `admin_dsn` as superuser.
    """

    url: str
    dsn: str
    admin_dsn: str


def on_database(dsn: str, database: str, *, login: str | None = None) -> str:
    """Point an address at another database, and at another login."""
    parts = urlsplit(dsn)
    place = parts.netloc.rpartition("@")[2]
    netloc = f"{login}@{place}" if login else parts.netloc
    return parts._replace(netloc=netloc, path=f"/{database}").geturl()


def execute(dsn: str, *statements: str) -> None:
    """Run statements one by one, outside a transaction."""

    async def run() -> None:
        conn = await asyncpg.connect(dsn)
        try:
            for statement in statements:
                await conn.execute(statement)
        finally:
            await conn.close()

    run_apart(run())


# A dropped database makes the server write a checkpoint, which takes up to seconds: the next test does not wait for it.
_MOST_WAITING = 20
_background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drop-databases")
_waiting: deque[Future[None]] = deque()


def drop_later(server: str, *statements: str) -> None:
    """Run statements that remove what a test had, beside the tests that follow."""
    while len(_waiting) >= _MOST_WAITING:
        _waiting.popleft().result()
    _waiting.append(_background.submit(execute, server, *statements))


def wait_for_drops() -> None:
    """Wait until everything is removed.

    Raises: what a statement has raised.
    """
    while _waiting:
        _waiting.popleft().result()


@dataclass(frozen=True, slots=True)
class ServiceTemplate:
    """A migrated template database and the login of its service."""

    server: str
    name: str
    login: str
    schema: str

    def clone(self) -> Iterator[ServiceDatabase]:
        """Give a copy and remove it afterwards."""
        name = f"mutua_test_{secrets.token_hex(6)}"
        role = self.login.partition(":")[0]
        execute(
            self.server,
            f'create database "{name}" template "{self.name}"',
            # Settings of a role in a database are not copied with it.
            f'alter role "{role}" in database "{name}" set search_path = "{self.schema}"',
        )
        dsn = on_database(self.server, name, login=self.login)
        try:
            url = dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
            yield ServiceDatabase(url=url, dsn=dsn, admin_dsn=on_database(self.server, name))
        finally:
            drop_later(self.server, f'drop database "{name}" with (force)')


async def _upgrade(service_dir: Path, url: str) -> None:
    # Alembic opens a loop of its own.
    await asyncio.to_thread(upgrade, service_dir, url)


def _template(server: str, service_dir: Path, schema: str) -> Iterator[ServiceTemplate]:
    suffix = secrets.token_hex(6)
    name, role, password = f"mutua_template_{suffix}", f"mutua_test_{suffix}", secrets.token_hex(12)
    execute(server, f'create database "{name}"')
    admin = on_database(server, name)
    try:
        execute(admin, *role_statements(role, password, schema, name))
        login = f"{role}:{password}"
        own = on_database(server, name, login=login).replace("postgresql://", "postgresql+asyncpg://", 1)
        run_apart(_upgrade(service_dir, own))
        # Nobody connected: cloning never waits.
        execute(server, f'alter database "{name}" with is_template true allow_connections false')
        yield ServiceTemplate(server, name, login, schema)
    finally:
        wait_for_drops()
        execute(server, f'alter database "{name}" with is_template false', f'drop database "{name}" with (force)')
        execute(server, f'drop role if exists "{role}"')


def service_database(service_dir: Path, *, schema: str) -> tuple[Any, Any]:
    """Make the two fixtures of a service's tests: `template` (per session) and `database` (a clone per test).

    Use in a conftest: `template, database = service_database(Path(__file__).parents[1], schema="claims")`.
    """

    @pytest.fixture(scope="session", name="template")
    def template(postgres_url: str) -> Iterator[ServiceTemplate]:
        yield from _template(postgres_url, service_dir, schema)

    @pytest.fixture(name="database")
    def database(template: ServiceTemplate) -> Iterator[ServiceDatabase]:
        yield from template.clone()

    return template, database
