"""The account that PostgreSQL runs as: the server refuses root, so root lends it an unprivileged one."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mutua_local.errors import LocalRunError


@dataclass(frozen=True)
class Account:
    """A user and its group by number."""

    name: str
    uid: int
    gid: int

    def can_enter(self, directory: Path) -> bool:
        """Tell whether the account reaches the directory; asked of the kernel, which also knows access lists."""
        return run_as(self, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(directory)]).returncode == 0

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def clean_environment() -> dict[str, str]:
    """Return this process's environment without libpq's variables, which would redirect PostgreSQL's tools."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def run_as(account: Account | None, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as the account, or as the present user."""
    return subprocess.run(
        command,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def server_account(name: str) -> Account | None:
    """Return the account to drop to, or None where the server may run as the present user.

    Raises:
        LocalRunError: there is no such account.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise LocalRunError(f"there is no account {name!r} to run PostgreSQL: set MUTUA_POSTGRES_ACCOUNT") from None
    return Account(name, entry.pw_uid, entry.pw_gid)


def shared_place(name: str) -> Path:
    """Return a directory that other accounts reach, owned by root; refuse one that somebody else made."""
    place = Path("/var/tmp") / name  # noqa: S108  # owner and mode are checked below
    place.mkdir(mode=0o755, exist_ok=True)
    status = place.lstat()
    if status.st_uid != os.geteuid() or status.st_mode & 0o022 or place.is_symlink():
        raise LocalRunError(f"{place} belongs to somebody else: remove it")
    place.chmod(0o755)
    return place


def copy_once(source: Path, target: Path) -> None:
    """Copy a tree unless it is there whole; an interrupted copy is made again, of two at once the first wins."""
    if target.exists():
        return
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(source, partial, symlinks=True)
    try:
        partial.rename(target)
    except OSError:
        shutil.rmtree(partial)
        if not target.exists():
            raise
