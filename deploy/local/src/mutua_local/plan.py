"""`mutua plan …`: the command line of rules-svc for plan administrators, with the environment of this run."""

import argparse
import os
import subprocess
import sys

from mutua_local.secrets import load_secrets
from mutua_local.services import SERVICES
from mutua_local.settings import Settings, load_settings
from mutua_local.system import secret_names, service_environment


def plan(options: argparse.Namespace) -> int:
    """Hand over to rules-svc; only publishing needs that Mutua runs here."""
    settings = load_settings()
    command = [sys.executable, "-m", "rules_svc.entrypoints.cli", *options.arguments]
    return subprocess.run(command, env={**os.environ, **_environment(settings)}, check=False).returncode


def _environment(settings: Settings) -> dict[str, str]:
    """Return the environment of rules-svc; none before the first run, whose secrets no other command may make."""
    if not settings.secrets_file.is_file():
        return {}
    service = next(row for row in SERVICES if row.name == "rules-svc")
    return service_environment(service, settings, load_secrets(settings.secrets_file, secret_names()))
