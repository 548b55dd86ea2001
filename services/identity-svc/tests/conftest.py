"""One identity-svc of its own for the session: a real process, a real database, a real mailbox."""

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from identity_browser import Browser
from identity_mailbox import Mailbox
from identity_service import FACILITY_ID, MEMBER_ID, Person, Service, machine_token

from kit.roles import role_statements
from kit.testing.databases import execute, on_database

PEOPLE = ("MARIO_ROSSI", "GIULIA_BIANCHI", "PAOLO_CONTI", "ANNA_FERRI", "ADMIN")
MACHINES = ("FACILITY_CARDIO", "FUND_ADMIN")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(*, url: str, dsn: str, folder: Path, smtp_port: int) -> dict[str, str]:
    secrets_of_demo = {f"DEMO_PASSWORD_{name}": secrets.token_urlsafe(12) for name in PEOPLE}
    secrets_of_demo |= {f"MACHINE_SECRET_{name}": secrets.token_urlsafe(12) for name in MACHINES}
    return os.environ | {
        "DATABASE_URL": dsn.replace("postgresql://", "postgresql+asyncpg://", 1),
        "ISSUER_URL": url,
        "IDENTITY_SIGNING_KEY_FILE": str(folder / "keys" / "signing.pem"),
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(40),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp_port),
        "DEMO_MEMBER_ID_MARIO_ROSSI": MEMBER_ID,
        "DEMO_FACILITY_ID_CARDIO": FACILITY_ID,
        # A warning in the service is an error, as in the tests.
        "PYTHONWARNINGS": "error",
        **secrets_of_demo,
    }


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


@pytest.fixture(scope="session")
def identity_database(postgres_url: str) -> Iterator[tuple[str, str]]:
    suffix = secrets.token_hex(6)
    name, role, password = f"mutua_identity_{suffix}", f"mutua_identity_{suffix}", secrets.token_hex(12)
    execute(postgres_url, f'create database "{name}"')
    admin = on_database(postgres_url, name)
    try:
        execute(admin, *role_statements(role, password, "identity", name))
        yield on_database(postgres_url, name, login=f"{role}:{password}"), admin
    finally:
        execute(postgres_url, f'drop database "{name}" with (force)', f'drop role if exists "{role}"')


@pytest.fixture(scope="session")
def service(
    identity_database: tuple[str, str], mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    dsn, admin_dsn = identity_database
    folder = tmp_path_factory.mktemp("identity")
    url = f"http://127.0.0.1:{_free_port()}"
    environment = _environment(url=url, dsn=dsn, folder=folder, smtp_port=mailbox.port)
    running = Service(url=url, environment=environment, dsn=dsn, admin_dsn=admin_dsn, log=folder / "log")
    for command in (("keys", environment["IDENTITY_SIGNING_KEY_FILE"]), ("migrate",), ("seed",)):
        done = running.run(*command)
        assert done.returncode == 0, done.stderr
        assert "Warning" not in done.stderr, done.stderr
    with running.log.open("w") as log:
        process = _serve(running, log)
        try:
            _wait_until_ready(running, process)
            yield running
        finally:
            process.terminate()
            process.wait(20)
    assert "Warning" not in running.log.read_text()


def _serve(service: Service, log: Any) -> subprocess.Popen[str]:
    port = service.url.rpartition(":")[2]
    command = [sys.executable, "-m", "uvicorn", "identity_svc.entrypoints.asgi:application", "--port", port]
    return subprocess.Popen(command, env=service.environment, stdout=log, stderr=log, text=True)  # noqa: S603


def _wait_until_ready(service: Service, process: subprocess.Popen[str]) -> None:
    for _attempt in range(300):
        assert process.poll() is None, service.log.read_text()
        try:
            if httpx.get(f"{service.url}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(service.log.read_text())


@pytest.fixture
def new_browser(service: Service) -> Iterator[Callable[[], Browser]]:
    """Give browsers, each from an address of its own: the limits of one test do not reach the next."""
    opened: list[Browser] = []

    def make() -> Browser:
        address = ".".join(str(byte) for byte in (10, *secrets.token_bytes(3)))
        opened.append(Browser(service.url, address))
        return opened[-1]

    yield make
    for browser in opened:
        browser.http.close()


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    return new_browser()


@pytest.fixture(scope="session")
def admin(service: Service) -> Iterator[httpx.Client]:
    """Give the JSON API as the fund's administrator."""
    token = machine_token(service, "fund-admin", service.secret_of("FUND_ADMIN"))
    with httpx.Client(base_url=service.url, headers={"authorization": f"Bearer {token}"}) as client:
        yield client


@pytest.fixture
def new_person(admin: httpx.Client) -> Callable[..., Person]:
    def make(**changes: Any) -> Person:
        name = f"u{uuid4().hex[:12]}"
        body = {
            "email": f"{name}@example.org",
            "first_name": "Prova",
            "last_name": "Utente",
            "roles": ["operator"],
        } | changes
        person = Person(name, body["email"], body)
        answer = admin.post("/auth/users", json=body | {"username": name, "password": person.password})
        assert answer.status_code == 201, answer.text
        return person

    return make


@pytest.fixture
def person(new_person: Callable[..., Person]) -> Person:
    return new_person()


@pytest.fixture
def link_in() -> Callable[[str], str]:
    """Find the path of the reset link in a mail."""

    def find(text: str) -> str:
        match = re.search(r"https?://\S+(/accounts/password/reset/key/\S+/)", text)
        assert match, text
        return match[1]

    return find
