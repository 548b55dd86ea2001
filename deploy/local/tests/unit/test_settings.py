from pathlib import Path

import pytest

from mutua_local.errors import LocalRunError
from mutua_local.settings import Ports, load_settings


def test_without_an_environment_everything_is_under_the_checkout():
    settings = load_settings(environ={})
    assert settings.home == settings.root / ".mutua"
    assert (settings.root / "requirements.lock").is_file()
    assert (settings.ports.gateway, settings.bus, settings.public_url) == (8080, "postgres", "http://127.0.0.1:8080")


def test_every_port_and_the_place_can_be_changed(tmp_path: Path):
    given = {setting: str(20000 + n) for n, setting in enumerate(Ports().by_setting())}
    settings = load_settings(environ={**given, "MUTUA_HOME": str(tmp_path)})
    assert {setting: str(port) for setting, port in settings.ports.by_setting().items()} == given
    assert settings.state_file.parent == tmp_path


@pytest.mark.parametrize("text", ["0", "65536", "eighty", "-1", "8080 "])
def test_what_is_no_port_is_refused_by_the_name_of_its_setting(text):
    with pytest.raises(LocalRunError, match="MUTUA_GATEWAY_PORT"):
        load_settings(environ={"MUTUA_GATEWAY_PORT": text})


def test_two_settings_with_one_port_are_refused():
    with pytest.raises(LocalRunError, match="MUTUA_RULES_PORT and MUTUA_CLAIMS_PORT are both 8111"):
        load_settings(environ={"MUTUA_RULES_PORT": "8111"})


def test_the_command_line_wins_over_the_environment():
    environ = {"MUTUA_BUS": "postgres", "MUTUA_AMQP_URL": "amqp://one/"}
    settings = load_settings(bus="rabbitmq", amqp_url="amqp://two/", environ=environ)
    assert (settings.bus, settings.amqp_url) == ("rabbitmq", "amqp://two/")


@pytest.mark.parametrize("environ", [{"MUTUA_BUS": "rabbitmq"}, {"MUTUA_BUS": "kafka"}])
def test_a_bus_that_cannot_be_reached_is_refused(environ):
    with pytest.raises(LocalRunError, match="bus"):
        load_settings(environ=environ)
