"""What was already done to a database, so that a second start need not do it again.

The stamps lie inside the data directory: they go where the data go and vanish with them.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

_IGNORED = {"__pycache__", "tests"}


class Stamps:
    """Names of one-off jobs, each with the fingerprint of the sources it ran from."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "mutua-stamps.json"
        self._known: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}

    def holds(self, name: str, fingerprint: str) -> bool:
        return self._known.get(name) == fingerprint

    def set(self, name: str, fingerprint: str) -> None:
        self._known[name] = fingerprint
        temporary = self._file.with_suffix(".new")
        temporary.write_text(json.dumps(self._known), encoding="utf-8")
        temporary.replace(self._file)


def fingerprint(paths: Iterable[Path]) -> str:
    """Return a hash over the names and contents of files, and of all files below directories."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not _IGNORED & set(file.relative_to(path.parent).parts):
                digest.update(str(file.relative_to(path.parent)).encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
