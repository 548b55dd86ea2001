"""Write the .env of docker-compose.yml: a new secret for every name that it lacks, what is there stays.

    python3 deploy/docker/make_env.py        # .env in the root of the repository, readable by its owner only

Standard library only. .env is in .gitignore and in no image.
"""

import os
import re
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
_NEEDED = re.compile(r"\$\{([A-Z0-9_]+):\?")
_BYTES, _TYPED_BYTES = 24, 9
_HEAD = (
    "# Secrets of this installation, made by deploy/docker/make_env.py. Losing them means losing access to its data.\n"
)


def needed(compose: str) -> list[str]:
    """Return the variables that the file requires (`${NAME:?…}`), in order."""
    return list(dict.fromkeys(_NEEDED.findall(compose)))


def made(name: str) -> str:
    """Make a secret: what people type is short, document keys are a list of `id:secret` that grows at its front."""
    word = secrets.token_urlsafe(_TYPED_BYTES if name.startswith("DEMO_PASSWORD") else _BYTES)
    return f"1:{word}" if name == "DOCUMENT_KEYS" else word


def completed(text: str, names: list[str]) -> str:
    """Add a secret for every name that is missing; the demo's passwords are short enough to type."""
    known = {line.split("=", 1)[0].strip() for line in text.splitlines() if "=" in line and not line.startswith("#")}
    lines = [f"{name}={made(name)}\n" for name in names if name not in known]
    kept = text if text.endswith("\n") or not text else text + "\n"
    return (kept or _HEAD) + "".join(lines)


def write(path: Path, text: str) -> None:
    # Born with its mode, so that nobody can open it in between.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".env"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    after = completed(before, needed(COMPOSE.read_text(encoding="utf-8")))
    if after != before:
        write(path, after)
    print(f"{path}: {'nothing was missing' if after == before else 'written'}")


if __name__ == "__main__":
    main()
