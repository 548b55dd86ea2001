"""Passwords and keys of one installation, made at its first run and kept in a file that only its owner reads."""

import os
import secrets
from pathlib import Path

_BYTES = 24
# People type these.
_DEMO_PASSWORD_BYTES = 9


def load_secrets(path: Path, names: list[str]) -> dict[str, str]:
    """Return every secret by name; generate and store those that the file lacks."""
    known = _read(path)
    missing = [name for name in names if name not in known]
    if missing:
        known |= {name: _new_secret(name) for name in missing}
        _write(path, known)
    return known


def _new_secret(name: str) -> str:
    if name == "DOCUMENT_KEYS":  # a list that grows at its front when keys are changed
        return f"1:{secrets.token_urlsafe(_BYTES)}"
    return secrets.token_urlsafe(_DEMO_PASSWORD_BYTES if name.startswith("DEMO_PASSWORD") else _BYTES)


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def _write(path: Path, values: dict[str, str]) -> None:
    text = "# Made by `mutua up`; `mutua reset` forgets them.\n"
    text += "".join(f"{name}={value}\n" for name, value in values.items())
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    # The file is born with its mode, so that nobody can open it in between.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
