"""Find a real PostgreSQL and a real RabbitMQ for the tests, or start one."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from kit.testing.apart import run_apart

LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
LOCAL_AMQP = "amqp://guest:guest@127.0.0.1:5672/"


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.3).close()
    except OSError:
        return False
    return True


async def _is_superuser(dsn: str) -> bool:
    try:
        conn = await asyncpg.connect(dsn, timeout=3)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    try:
        return bool(await conn.fetchval("select rolsuper from pg_roles where rolname = current_user"))
    finally:
        await conn.close()


def docker_answers() -> bool:
    """Ask the daemon: the command alone proves nothing."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        return subprocess.run([docker, "info"], capture_output=True, timeout=10, check=False).returncode == 0  # noqa: S603
    except subprocess.TimeoutExpired:
        return False


@contextmanager
def postgres_server() -> Iterator[str]:
    """Give the address of a superuser on: the environment's server, the local one, a container, the embedded one.

    MUTUA_TEST_POSTGRES_URL=embedded and MUTUA_TEST_AMQP_URL=none leave out what this machine has.
    """
    given = os.environ.get("MUTUA_TEST_POSTGRES_URL")
    if given and given != "embedded":
        yield given
    elif given is None and _listens(5432) and run_apart(_is_superuser(LOCAL_POSTGRES)):
        yield LOCAL_POSTGRES
    elif given is None and docker_answers():
        from testcontainers.postgres import PostgresContainer  # noqa: PLC0415 (only where an engine runs)

        fast = "postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        with PostgresContainer("postgres:18-alpine", driver=None).with_command(fast) as container:
            yield container.get_connection_url()
    else:
        with _embedded() as url:
            yield url


@contextmanager
def _embedded() -> Iterator[str]:
    from mutua_local.embedded import EmbeddedPostgres  # noqa: PLC0415 (a development tool, not a dependency)

    memory = Path("/dev/shm")  # noqa: S108 (a folder made by mkdtemp inside it)
    folder = Path(tempfile.mkdtemp(prefix="mutua-test-", dir=memory if memory.is_dir() else None))
    options = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
    try:
        with EmbeddedPostgres(folder / "data", options=options) as server:
            yield server.url("postgres")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def rabbitmq_server() -> Iterator[str | None]:
    """Give the address of the environment's broker, the local one or a container; None where none can be had."""
    given = os.environ.get("MUTUA_TEST_AMQP_URL")
    if given:
        yield None if given == "none" else given
    elif _listens(5672):
        yield LOCAL_AMQP
    elif docker_answers():
        from testcontainers.rabbitmq import RabbitMqContainer  # noqa: PLC0415 (only where an engine runs)

        with RabbitMqContainer("rabbitmq:4") as container:
            parameters = container.get_connection_params()
            yield f"amqp://guest:guest@{parameters.host}:{parameters.port}/"
    else:
        yield None
