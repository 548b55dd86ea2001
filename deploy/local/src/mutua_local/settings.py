"""Ports and places of the embedded run, from the environment (MUTUA_*)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from mutua_local.errors import LocalRunError

DATABASE = "mutua"
_ROOT = Path(__file__).resolve().parents[4]
_BUSES = ("postgres", "rabbitmq")
_HIGHEST_PORT = 65535


@dataclass(frozen=True, kw_only=True)
class Ports:
    """One field per port; MUTUA_<FIELD>_PORT changes it."""

    gateway: int = 8080
    envoy_admin: int = 8109
    identity: int = 8101
    claims: int = 8111
    bookings: int = 8112
    rules: int = 8113
    payouts: int = 8114
    notify: int = 8115
    smtp: int = 8125
    mailbox: int = 8126
    postgres: int = 8432

    @staticmethod
    def setting(name: str) -> str:
        """Return the environment variable that changes a port."""
        return f"MUTUA_{name.upper()}_PORT"

    def by_setting(self) -> dict[str, int]:
        """Return every port under the name of its setting."""
        return {self.setting(field.name): int(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the run keeps its things and where it listens."""

    root: Path
    home: Path
    ports: Ports
    bus: str = "postgres"
    amqp_url: str | None = None
    postgres_account: str = "nobody"
    log_level: str = "INFO"

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.gateway}"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def secrets_file(self) -> Path:
        return self.home / "secrets.env"

    @property
    def state_file(self) -> Path:
        return self.home / "state.json"

    @property
    def lock_file(self) -> Path:
        return self.home / "lock"

    @property
    def documents(self) -> Path:
        return self.home / "documents"

    @property
    def clock_file(self) -> Path:
        return self.home / "clock"

    @property
    def gateway_dir(self) -> Path:
        return self.home / "gateway"

    @property
    def ready_dir(self) -> Path:
        """Where each worker writes its process id when it is ready."""
        return self.home / "ready"

    @property
    def postgres_dir(self) -> Path:
        return self.home / "postgres"

    def make_home(self) -> None:
        """Create the directories; only the person who runs Mutua may look inside."""
        self.home.mkdir(parents=True, exist_ok=True)
        for directory in (self.logs, self.documents, self.gateway_dir, self.ready_dir):
            directory.mkdir(mode=0o700, exist_ok=True)


def load_settings(
    *, bus: str | None = None, amqp_url: str | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """Read the environment; what was given on the command line wins.

    Raises:
        LocalRunError: a value is no port number, or the bus is unknown or lacks its address.
    """
    chosen = bus or environ.get("MUTUA_BUS") or "postgres"
    address = amqp_url or environ.get("MUTUA_AMQP_URL")
    if chosen not in _BUSES:
        raise LocalRunError(f"unknown bus {chosen!r}: choose one of {', '.join(_BUSES)}")
    if chosen == "rabbitmq" and not address:
        raise LocalRunError("the bus rabbitmq needs its address: --amqp-url amqp://user:password@host:5672/")
    return Settings(
        root=_ROOT,
        home=Path(environ.get("MUTUA_HOME") or _ROOT / ".mutua").expanduser().absolute(),
        ports=_ports(environ),
        bus=chosen,
        amqp_url=address if chosen == "rabbitmq" else None,
        postgres_account=environ.get("MUTUA_POSTGRES_ACCOUNT", "nobody"),
        log_level=environ.get("LOG_LEVEL", "INFO"),
    )


def _ports(environ: Mapping[str, str]) -> Ports:
    given = {f.name: environ[Ports.setting(f.name)] for f in fields(Ports) if environ.get(Ports.setting(f.name))}
    for name, text in given.items():
        if not text.isdecimal() or not 0 < int(text) <= _HIGHEST_PORT:
            raise LocalRunError(f"{Ports.setting(name)} is {text!r}, but must be a port number from 1 to 65535")
    ports = Ports(**{name: int(text) for name, text in given.items()})
    seen: dict[int, str] = {}
    for setting, port in ports.by_setting().items():
        if port in seen:
            raise LocalRunError(f"{setting} and {seen[port]} are both {port}: give one of them another port")
        seen[port] = setting
    return ports
