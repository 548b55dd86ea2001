"""What each subcommand of `mutua` does."""

import argparse
import asyncio
import importlib
import inspect
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from mutua_local.errors import LocalRunError
from mutua_local.logs import follow, log_file, tail
from mutua_local.postgres import open_cluster
from mutua_local.secrets import load_secrets
from mutua_local.services import SERVICES
from mutua_local.settings import Settings, load_settings
from mutua_local.state import is_running, read_status
from mutua_local.summary import where_to_look
from mutua_local.system import build_system, secret_names, service_environment

_DOWN_SECONDS = 90.0
_POLL_SECONDS = 0.1
_NOT_RUNNING = 3


def up(options: argparse.Namespace) -> int:
    """Start the system, here or in the background."""
    from mutua_local.detach import start_detached  # noqa: PLC0415  # the other commands answer faster without
    from mutua_local.up import run  # noqa: PLC0415  # the same

    settings = load_settings(bus=options.bus, amqp_url=options.amqp_url)
    if is_running(settings.lock_file):
        print(f"Mutua is already running here.\n{where_to_look(settings, _secrets(settings))}")
        return 0
    if options.detach:
        return start_detached(settings, [sys.executable, "-m", "mutua_local", "up"])
    settings.make_home()
    secrets = _secrets(settings)
    return run(settings, secrets, build_system(settings, secrets))


def status(_options: argparse.Namespace) -> int:
    """Show the processes; 0 when all are well, 1 when not, 3 when nothing runs."""
    from mutua_local.status import table  # noqa: PLC0415  # the other commands answer faster without

    settings = load_settings()
    run = read_status(settings.state_file)
    if run is None or not is_running(settings.lock_file):
        print("Mutua is not running here. `mutua up` starts it.")
        return _NOT_RUNNING
    text, well = table(run)
    print(text)
    return 0 if well else 1


def logs(options: argparse.Namespace) -> int:
    """Show the end of one log or of all, and go on where asked."""
    directory = load_settings().logs
    files = [log_file(directory, options.name)] if options.name else sorted(directory.glob("*.log"))
    missing = [file for file in files if not file.exists()]
    if missing or not files:
        known = ", ".join(sorted(file.stem for file in directory.glob("*.log"))) or "none yet"
        raise LocalRunError(f"no log of {options.name or 'any process'}; there are: {known}")
    for file in files:
        for line in tail(file, options.lines):
            print(_prefixed(file, line, many=len(files) > 1))
    if options.follow:
        for file, line in follow(files):
            print(_prefixed(file, line, many=len(files) > 1), flush=True)
    return 0


def down(_options: argparse.Namespace) -> int:
    """Ask the supervisor to stop and wait until it has."""
    settings = load_settings()
    if not is_running(settings.lock_file):
        print("Mutua is not running here.")
        return 0
    _stop_supervisor(settings)
    print("Mutua is stopped.")
    return 0


def reset(options: argparse.Namespace) -> int:
    """Stop everything and delete the run's directory, and the database's where it lies elsewhere."""
    settings = load_settings()
    data = open_cluster(settings.postgres_dir, settings.postgres_account).data
    if not options.yes and not _confirmed(f"Forget all data, secrets and logs in {settings.home}? [y/N] "):
        print("Nothing was changed.")
        return 1
    if is_running(settings.lock_file):
        _stop_supervisor(settings)
    shutil.rmtree(settings.home, ignore_errors=True)
    if data.exists():
        shutil.rmtree(data.parent)
    print("Forgotten. `mutua up` starts anew.")
    return 0


def where(_options: argparse.Namespace) -> int:
    """Show the addresses and the demo logins again."""
    settings = load_settings()
    print(where_to_look(settings, _secrets(settings)))
    return 0 if is_running(settings.lock_file) else _NOT_RUNNING


def seed(_options: argparse.Namespace) -> int:
    """Load the demo fund through the gateway."""
    loaded = importlib.import_module("mutua_local.seed").load(load_settings())
    if inspect.iscoroutine(loaded):
        asyncio.run(loaded)
    return 0


def demo(options: argparse.Namespace) -> int:
    """Play the demo month."""
    return int(importlib.import_module("mutua_local.demo").main(options.arguments) or 0)


def ledger(options: argparse.Namespace) -> int:
    """Hand over to the command line of payout-svc, with its environment."""
    settings = load_settings()
    service = next(row for row in SERVICES if row.name == "payout-svc")
    environment = service_environment(service, settings, _secrets(settings))
    command = [sys.executable, "-m", f"{service.package}.entrypoints.cli", *options.arguments]
    return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


def _secrets(settings: Settings) -> dict[str, str]:
    return load_secrets(settings.secrets_file, secret_names())


def _stop_supervisor(settings: Settings) -> None:
    run = read_status(settings.state_file)
    if run is None:
        raise LocalRunError(f"a supervisor runs, but {settings.state_file} is gone")
    print("Stopping …", flush=True)
    os.kill(run.pid, signal.SIGTERM)
    deadline = time.monotonic() + _DOWN_SECONDS
    while is_running(settings.lock_file):
        if time.monotonic() > deadline:
            raise LocalRunError(f"the supervisor (process {run.pid}) did not stop within {_DOWN_SECONDS:.0f} s")
        time.sleep(_POLL_SECONDS)


def _confirmed(question: str) -> bool:
    return sys.stdin.isatty() and input(question).strip().lower() in {"y", "yes", "s", "si", "sì"}


def _prefixed(file: Path, line: str, *, many: bool) -> str:
    return f"{file.stem:<20} {line}" if many else line
