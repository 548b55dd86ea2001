"""The description of the system: whole, free of clashes, each service with its own login only."""

from collections import Counter
from pathlib import Path

import pytest

from mutua_local.services import DEMO_LOGINS, SERVICES
from mutua_local.settings import Settings, load_settings
from mutua_local.summary import where_to_look
from mutua_local.system import build_system, secret_names, service_environment

SECRETS = {name: f"word-of-{name.lower()}" for name in secret_names()}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(environ={"MUTUA_HOME": str(tmp_path)})


def test_each_service_gets_its_own_login_and_the_bus(settings: Settings):
    for service in SERVICES:
        environment = service_environment(service, settings, SECRETS)
        foreign = {f"word-of-{other.schema}_database_password" for other in SERVICES if other is not service}
        assert f"mutua_{service.schema}:word-of-{service.schema}_database_password@" in environment["DATABASE_URL"]
        assert environment["BUS_URL"].startswith("postgresql://mutua_bus:")
        assert not [value for value in environment.values() if any(word in value for word in foreign)]
        assert "word-of-postgres_password" not in str(environment)


def test_the_broker_replaces_the_bus_in_the_database(tmp_path: Path):
    environ = {"MUTUA_HOME": str(tmp_path), "MUTUA_BUS": "rabbitmq", "MUTUA_AMQP_URL": "amqp://host/"}
    settings = load_settings(environ=environ)
    assert {service_environment(s, settings, SECRETS)["BUS_URL"] for s in SERVICES} == {"amqp://host/"}


def test_no_value_of_a_service_keeps_a_placeholder(settings: Settings):
    for service in SERVICES:
        assert not [v for v in service_environment(service, settings, SECRETS).values() if "{" in v]


def test_every_service_runs_an_api_and_all_but_identity_a_worker(settings: Settings):
    names = Counter(process.name for process in build_system(settings, SECRETS).processes)
    assert set(names.values()) == {1}
    assert {service.name for service in SERVICES} <= names.keys()
    assert sorted(n for n in names if n.endswith("-worker")) == [
        "booking-worker", "claims-worker", "notify-worker", "payout-worker", "rules-worker",
    ]  # fmt: skip


def test_no_secret_stands_on_a_command_line(settings: Settings):
    system = build_system(settings, SECRETS)
    jobs = [*system.foundations, *system.migrations, *system.preparations, *system.closing]
    commands = [" ".join(thing.command) for thing in [*system.processes, *jobs]]
    assert not [line for line in commands if any(secret in line for secret in SECRETS.values())]


def test_a_worker_is_well_when_it_has_said_so_itself(settings: Settings):
    settings.make_home()
    worker = next(p for p in build_system(settings, SECRETS).processes if p.name == "rules-worker")
    assert worker.is_ready
    assert not worker.is_ready(41)
    Path(worker.environment["READY_FILE"]).write_text("41")
    assert (worker.is_ready(41), worker.is_ready(42)) == (True, False)


def test_the_last_words_name_every_login_with_its_password(settings: Settings):
    text = where_to_look(settings, SECRETS, 12.34)
    assert "Mutua is running (in 12.3 s)" in text
    for login in DEMO_LOGINS:
        row = next(line for line in text.splitlines() if line.strip().startswith(login.name))
        assert (login.roles in row, SECRETS[login.secret] in row) == (True, True)
