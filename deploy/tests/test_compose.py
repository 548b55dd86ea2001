"""docker-compose.yml says what the services need: checked on its meaning, without an engine."""

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from container_files import COMPOSE, DOCKER, ROOT, SETTINGS, faults_of, load_compose

from kit.document_cipher import DocumentKeys
from mutua_local.services import DEMO_IDS, DEMO_LOGINS, SERVICES, Service
from mutua_local.system import secret_names

API_PORT = 8000


@pytest.fixture(scope="module")
def compose() -> Any:
    return load_compose()


def short(service: Service) -> str:
    return service.name.rpartition("-")[0]


def processes(service: Service) -> list[str]:
    return [service.name, f"{short(service)}-migrate", *([f"{short(service)}-worker"] if service.worker else [])]


def variables(text: str) -> set[str]:
    return set(re.findall(r"\$\{([A-Z0-9_]+)", text))


def filled(environment: dict[str, str]) -> dict[str, str]:
    """Put something in the place of secrets, and the defaults in the place of the rest."""
    known = {name: re.sub(r"\$\{[A-Z0-9_]+:-([^}]*)\}", r"\1", value) for name, value in environment.items()}
    return {name: re.sub(r"\$\{[A-Z0-9_]+:\?[^}]*\}", "s" * 40, value) for name, value in known.items()}


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_every_service_has_api_worker_and_migrations_of_its_own_image(compose: Any, service: Service) -> None:
    for name in processes(service):
        container = compose["services"][name]
        assert container["build"]["args"]["SERVICE"] == service.name
        assert container["image"].startswith(f"mutua/{service.name}:")
    commands = [compose["services"][name].get("command") for name in processes(service)]
    assert commands == [None, ["migrate"], ["worker"]][: len(commands)]


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_every_process_gets_what_its_settings_ask_and_nothing_unknown(compose: Any, service: Service) -> None:
    for name in processes(service):
        environment = compose["services"][name]["environment"]
        assert all(isinstance(value, str) for value in environment.values()), name
        assert faults_of(service.name, filled(environment)) == [], name
        assert f"mutua_{service.schema}:" in environment["DATABASE_URL"]
        assert variables(environment["DATABASE_URL"]) == {f"{service.schema.upper()}_DATABASE_PASSWORD"}
        if service.worker:
            assert environment["BUS_URL"].startswith("amqp://")
            assert environment["JWKS_URL"] == f"http://identity-svc:{API_PORT}/.well-known/jwks.json"


def test_settings_are_checked_for_every_service() -> None:
    assert {service.name for service in SERVICES} == SETTINGS.keys()
    assert faults_of("payout-svc", {"DATABASE_URL": "x", "DEBTOR": "y"})[0] == "DEBTOR: unknown"
    assert any("debtor_iban" in fault for fault in faults_of("payout-svc", {}))


def test_waiting_follows_what_is_needed(compose: Any) -> None:
    services = compose["services"]

    def waits(name: str) -> dict[str, str]:
        return {other: rule["condition"] for other, rule in services[name].get("depends_on", {}).items()}

    done, healthy = "service_completed_successfully", "service_healthy"
    assert waits("roles") == {"postgres": healthy}
    for service in SERVICES:
        migrate = f"{short(service)}-migrate"
        assert waits(migrate)["roles"] == done
        assert waits(service.name) == {migrate: done}
        if service.worker:
            assert waits(f"{short(service)}-worker") == {migrate: done, "rabbitmq": healthy}
    assert waits("publish-plan") == {f"{short(one)}-worker": healthy for one in SERVICES if one.worker}
    assert waits("gateway") == {one.name: healthy for one in SERVICES}
    assert {other for name in services for other in waits(name)} <= services.keys()


def test_gateway_is_led_to_every_service(compose: Any) -> None:
    environment = compose["services"]["gateway"]["environment"]
    for service in SERVICES:
        prefix = f"MUTUA_{service.port.upper()}"
        assert (environment[f"{prefix}_HOST"], environment[f"{prefix}_PORT"]) == (service.name, str(API_PORT))


def test_only_the_gateway_and_the_mailbox_are_reached_from_this_machine_only(compose: Any) -> None:
    published = {name: one["ports"] for name, one in compose["services"].items() if "ports" in one}
    assert published.keys() == {"gateway", "mailbox"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert compose["networks"]["inside"] == {"internal": True}
    inside_only = [name for name, one in compose["services"].items() if one.get("networks") == ["inside"]]
    assert set(inside_only) == compose["services"].keys() - published.keys()


def test_own_containers_are_hardened_and_bounded(compose: Any) -> None:
    for name, container in compose["services"].items():
        assert not container["image"].endswith((":latest", "/")), name
        assert ":" in container["image"], name
        assert "no-new-privileges:true" in container["security_opt"], name
        assert container["restart"] in {"unless-stopped", "on-failure:5"}, name
        if "build" in container:
            assert (container["read_only"], container["cap_drop"]) == (True, ["ALL"]), name
        if container["restart"] == "unless-stopped":
            assert "mem_limit" in container, name
            assert "test" in container.get("healthcheck", {}) or "build" in container, name


def test_volumes_are_declared_and_used(compose: Any) -> None:
    used = {each.split(":")[0] for one in compose["services"].values() for each in one.get("volumes", [])}
    assert used == compose["volumes"].keys()


def test_workers_say_ready_where_they_are_asked(compose: Any) -> None:
    for service in SERVICES:
        if service.worker:
            environment = compose["services"][f"{short(service)}-worker"]["environment"]
            url = urlsplit(environment["HEALTH_URL"])
            assert (str(url.port), url.path) == (environment["METRICS_PORT"], "/healthz")
            assert environment["METRICS_HOST"] == "0.0.0.0"  # noqa: S104 (inside the container)


def test_demo_logins_are_those_of_the_embedded_run(compose: Any) -> None:
    environment = compose["services"]["identity-logins"]["environment"]
    assert {login.secret for login in DEMO_LOGINS} <= environment.keys()
    assert DEMO_IDS.items() <= environment.items()


def test_secrets_are_those_that_one_command_makes(tmp_path: Path) -> None:
    asked = set(re.findall(r"\$\{([A-Z0-9_]+):\?", COMPOSE.read_text(encoding="utf-8")))
    bus = {"BUS_DATABASE_PASSWORD"}
    assert asked == {*secret_names(), "RABBITMQ_PASSWORD"} - bus
    file = tmp_path / ".env"
    command = [sys.executable, str(DOCKER / "make_env.py"), str(file)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (our own command)
    first = file.read_text(encoding="utf-8")
    made = dict(line.split("=", 1) for line in first.splitlines() if not line.startswith("#"))
    assert made.keys() == asked
    assert len(set(made.values())) == len(made)
    # They stand inside addresses as they are.
    assert all(re.fullmatch(r"(1:)?[A-Za-z0-9_-]{12,}", value) for value in made.values())
    DocumentKeys.parse(made["DOCUMENT_KEYS"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text(first.replace(f"CURSOR_SECRET={made['CURSOR_SECRET']}\n", ""), encoding="utf-8")
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (our own command)
    again = dict(line.split("=", 1) for line in file.read_text().splitlines() if not line.startswith("#"))
    assert again.keys() == asked
    assert {name for name in asked if again[name] != made[name]} == {"CURSOR_SECRET"}


def test_env_is_in_no_commit() -> None:
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
