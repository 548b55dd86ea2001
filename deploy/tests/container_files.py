"""What the checks of docker-compose.yml, the image recipes and deploy/k8s read, and what each service asks for."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_settings import BaseSettings

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "deploy" / "docker"
COMPOSE = ROOT / "docker-compose.yml"
SETTINGS = {
    "identity-svc": "identity_svc.environment:Environment",
    "claims-api": "claims_api.settings:Settings",
    "booking-api": "booking_api.settings:BookingSettings",
    "rules-svc": "rules_svc.settings:RulesSettings",
    "payout-svc": "payout_svc.settings:PayoutSettings",
    "notify-svc": "notify_svc.settings:NotifySettings",
}


def settings_class(service: str) -> type[BaseSettings]:
    module, name = SETTINGS[service].split(":")
    found: type[BaseSettings] = getattr(import_module(module), name)
    return found


def load_compose() -> Any:
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


def faults_of(service: str, environment: dict[str, str]) -> list[str]:
    """Return what the service's settings say against an environment, and the names that it does not know."""
    kind = settings_class(service)
    known = {name.upper() for name in kind.model_fields}
    # Read by start.py; the rest configures the demo's logins.
    unknown = sorted(
        name for name in environment.keys() - known if name not in {"HEALTH_URL", "PORT", "PUBLIC_URL"}
    )  # fmt: skip
    faults = [f"{name}: unknown" for name in unknown]
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        kind()
    except ValidationError as error:
        faults += [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    finally:
        os.environ.clear()
        os.environ.update(before)
    return faults
