"""The running identity-svc of the tests, and the people in it."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

MEMBER_ID = "0192f000-0000-7000-8000-000000000001"
FACILITY_ID = "0192f000-0000-7000-8000-000000000002"


@dataclass(frozen=True, slots=True)
class Service:
    """The running service."""

    url: str
    environment: dict[str, str]
    dsn: str
    admin_dsn: str
    log: Path

    def run(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of its commands."""
        return self._python(f"identity_svc.entrypoints.{module}", *arguments)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of Django's commands."""
        return self._python("django", *arguments, "--settings", "identity_svc.settings")

    def _python(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.run(  # noqa: S603
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Read its database as superuser."""
        with psycopg.connect(self.admin_dsn, row_factory=dict_row, options="-c search_path=identity") as conn:
            return conn.execute(statement, values).fetchall()

    def execute(self, statement: str, *values: Any) -> None:
        """Change its database as superuser."""
        with psycopg.connect(self.admin_dsn, options="-c search_path=identity") as conn:
            conn.execute(statement, values)

    def password_of(self, person: str) -> str:
        return self.environment[f"DEMO_PASSWORD_{person}"]

    def secret_of(self, machine: str) -> str:
        return self.environment[f"MACHINE_SECRET_{machine}"]


@dataclass(frozen=True, slots=True)
class Person:
    """A user made for one test."""

    username: str
    email: str
    body: dict[str, Any]
    password: str = field(default="tramonto-lungo-37")


def machine_token(service: Service, client_id: str, secret: str) -> str:
    answer = httpx.post(
        f"{service.url}/identity/o/api/token",
        data={"grant_type": "client_credentials"},
        auth=(client_id, secret),
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])
