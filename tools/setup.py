#!/usr/bin/env python3
"""Make the environment of the project in .venv: `python3 tools/setup.py`. Standard library only.

The locked packages come first, each checked by its hash, then the project's own, editable. Nothing is done when nothing
has changed. An interrupted run is noticed by the next one, which installs anew what may have stayed half done.
"""

import os
import shutil
import subprocess
import sys

if sys.version_info < (3, 11):  # noqa: UP036  # this file is what an old interpreter meets first
    for newer in ("python3.14", "python3.13", "python3.12", "python3.11"):
        # A name on the path proves nothing: version managers put shims there that only complain.
        if shutil.which(newer) and subprocess.call([newer, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execvp(newer, [newer, *sys.argv])  # noqa: S606  # the newer interpreter takes over
    sys.exit(
        "Mutua needs Python 3.11 or newer, but {} is {}.{}.\n"
        "Install one, or name it: make setup PYTHON=/path/to/python3.12".format(sys.executable, *sys.version_info[:2])
    )

import hashlib
import importlib.util
import json
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "mutua-setup.json"
UNFINISHED = VENV / "mutua-setup-unfinished"
NO_ENSUREPIP = """\
This Python ({executable}) cannot make virtual environments: its module {module} is missing.
On Debian and Ubuntu:  apt install python{major}.{minor}-venv
Or name another one:   make setup PYTHON=/path/to/python3.12"""


class SetupFailed(Exception):
    """A reason to stop, in words for the person at the terminal."""


def own_packages(root: Path) -> list[Path]:
    """Return the project's own packages, the base first."""
    places = [root / "libs" / "kit", *sorted((root / "services").glob("*")), root / "deploy" / "local"]
    return [place for place in places if (place / "pyproject.toml").is_file()]


def wanted_state(root: Path) -> dict[str, str]:
    """Return a fingerprint of the lock and one of the packages' own settings."""
    own = hashlib.sha256()
    for package in own_packages(root):
        own.update(str(package).encode() + b"\0" + (package / "pyproject.toml").read_bytes())
    return {"locked": hashlib.sha256(LOCK.read_bytes()).hexdigest(), "own": own.hexdigest()}


def read_stamp() -> dict[str, str]:
    """Return what the last whole run installed; nothing when it was interrupted or the environment does not run."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return {}
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def make_environment() -> None:
    """Make .venv, or make it anew when its interpreter or its pip does not run."""
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            major, minor = sys.version_info[:2]
            raise SetupFailed(NO_ENSUREPIP.format(executable=sys.executable, module=module, major=major, minor=minor))
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], quiet=True)


def environment_works() -> bool:
    """Tell whether the interpreter of .venv runs, is new enough and has pip."""
    if not PYTHON.exists():
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([str(PYTHON), "-c", probe], capture_output=True, check=False).returncode == 0


def install_uv() -> None:
    """Install uv at the locked version, checked by its hash; it installs the rest many times faster than pip."""
    requirement = VENV / "mutua-uv.txt"
    requirement.write_text(locked_block(LOCK.read_text(encoding="utf-8"), "uv"), encoding="utf-8")
    run([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(requirement)])


def locked_block(lock: str, name: str) -> str:
    """Return the lines of one package in the lock: its version and its hashes."""
    block: list[str] = []
    for line in lock.splitlines():
        if line.startswith(f"{name}==") or (block and line.startswith("    --hash=")):
            block.append(line)
        elif block:
            break
    if not block:
        raise SetupFailed(f"{LOCK.name} has no {name}")
    return "\n".join(block).rstrip("\\ ") + "\n"


def install(arguments: list[str], *, anew: bool) -> None:
    """Install with uv, and with pip where uv cannot."""
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        run([*uv, *(["--reinstall"] if anew else []), *arguments], environment=uv_environment())
    except SetupFailed as failure:
        print(
            f"\n    uv could not ({str(failure).strip().splitlines()[-1]}); pip tries, which takes longer", flush=True
        )
        run([*pip, *(["--force-reinstall"] if anew else []), *arguments])


def uv_environment() -> dict[str, str]:
    """Return the environment for uv, which does not read pip's settings: the same indexes and certificates."""
    listed = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    pairs = (line.split("=", 1) for line in listed.stdout.splitlines() if "=" in line)
    pip = {name.rpartition(".")[2]: value.strip("'\"") for name, value in pairs}
    known = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "UV_INDEX": pip.get("extra-index-url"),
        "UV_FIND_LINKS": pip.get("find-links"),
        "SSL_CERT_FILE": pip.get("cert"),
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        # Hard links fail between file systems: copy without a warning then.
        "UV_LINK_MODE": "copy",
    }
    return {**{name: value for name, value in known.items() if value}, **os.environ}


def run(command: list[str], *, environment: "dict[str, str] | None" = None, quiet: bool = False) -> None:
    """Run a program to its end.

    Raises:
        SetupFailed: it did not end well; with what it said.
    """
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupFailed((done.stderr + done.stdout).strip() or f"{command[0]} failed")
    if done.stdout.strip() and not quiet:
        print(done.stdout.strip())


def step(title: str, began: float) -> None:
    """Say that a step is done and how long it took."""
    print(f"  + {title:<62} {time.monotonic() - began:6.1f} s", flush=True)


def set_up(wanted: dict[str, str], stamp: dict[str, str]) -> None:
    """Bring .venv to the wanted state, saying each step."""
    interrupted = UNFINISHED.exists()
    began = time.monotonic()
    if not environment_works():
        print("  . making .venv", flush=True)
        make_environment()
        step(f"environment of Python {sys.version_info[0]}.{sys.version_info[1]}", began)
        stamp, interrupted = {}, False
    STAMP.unlink(missing_ok=True)
    UNFINISHED.touch()
    if stamp.get("locked") != wanted["locked"]:
        began = time.monotonic()
        install_uv()
        step("installer", began)
        began = time.monotonic()
        print("  . installing the locked packages (some minutes the first time)", flush=True)
        install(["--require-hashes", "-r", str(LOCK)], anew=interrupted)
        step("locked packages, each checked by its hash", began)
    began = time.monotonic()
    editable = [part for package in own_packages(ROOT) for part in ("-e", str(package))]
    install(["--no-deps", "--no-build-isolation", *editable], anew=False)
    step(f"{len(editable) // 2} packages of the project, editable", began)
    STAMP.write_text(json.dumps(wanted), encoding="utf-8")
    UNFINISHED.unlink()


def main() -> int:
    """Set up and return the exit code."""
    wanted, stamp = wanted_state(ROOT), read_stamp()
    if wanted == stamp:
        return 0
    print("Setting up Mutua in .venv", flush=True)
    try:
        set_up(wanted, stamp)
    except SetupFailed as failure:
        print(f"\nsetup: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup: interrupted; the next `make setup` goes on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
