"""A service's login reaches its own schema and nothing else, on a real server."""

import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from kit.roles import role_statements
from mutua_local.embedded import EmbeddedPostgres
from mutua_local.roles import Role, prepare_database

SECRETS = {"ONE_DATABASE_PASSWORD": "it's one", "TWO_DATABASE_PASSWORD": "two"}


@pytest.fixture(scope="module")
def port():
    directory = Path(tempfile.mkdtemp(prefix="mutua-test-"))
    with EmbeddedPostgres(directory / "data", options={"fsync": "off"}) as server:
        yield urlsplit(server.url("postgres")).port
    shutil.rmtree(directory)


@pytest.fixture
async def database(port):
    for _ in range(2):
        await prepare_database(port=port, password="", roles=[Role("one"), Role("two")], secrets=SECRETS)
    return port


async def login(port: int, role: str, name: str = "mutua") -> asyncpg.Connection:
    return await asyncpg.connect(f"postgresql://{role}@127.0.0.1:{port}/{name}")


async def test_it_makes_tables_in_its_own_schema_without_naming_it(database):
    one = await login(database, "mutua_one")
    await one.execute("create table if not exists claim (id int); insert into claim values (1)")
    assert await one.fetchval("select count(*) from one.claim") >= 1
    await one.close()


@pytest.mark.parametrize(
    "statement",
    [
        "select * from two.secret",
        "insert into two.secret values (2)",
        "create table two.mine (id int)",
        "create table public.mine (id int)",
        "create schema mine",
        "create role mine",
        "create database mine",
        "set role mutua_two",
        "create temporary table mine (id int)",
        "alter role mutua_one superuser",
        "copy (select 1) to program 'true'",
    ],
)
async def test_it_is_refused_everywhere_else(database, statement):
    two = await login(database, "mutua_two")
    await two.execute("create table if not exists secret (id int)")
    one = await login(database, "mutua_one")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await one.execute(statement)
    await one.close()
    await two.close()


@pytest.mark.parametrize("name", ["postgres", "template1"])
async def test_it_enters_no_other_database(database, name):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await login(database, "mutua_one", name)


@pytest.mark.parametrize("name", ['x"; drop', "Upper", "", "1st", "a" * 64])
def test_what_is_no_plain_name_never_becomes_a_statement(name):
    for names in ((name, "s", "d"), ("r", name, "d"), ("r", "s", name)):
        with pytest.raises(ValueError, match="identifier"):
            role_statements(names[0], "word", names[1], names[2])


@pytest.mark.parametrize("word", ["a\0b", "a\\b", "a$do$b"])
def test_a_password_cannot_leave_its_literal(word):
    with pytest.raises(ValueError, match="password"):
        role_statements("r", word, "s", "d")
