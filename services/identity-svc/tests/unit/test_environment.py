from pathlib import Path

import pytest
from pydantic import ValidationError

from identity_svc.environment import Environment


def environment(**changes: str) -> Environment:
    values = {
        "database_url": "postgresql+asyncpg://rita:p%40ss@db.test:8432/mutua",
        "issuer_url": "https://mutua.test/",
        "identity_signing_key_file": Path("/keys/signing.pem"),
        "django_secret_key": "k" * 40,
    }
    return Environment(**(values | changes))


def test_sqlalchemys_spelling_of_the_address_is_accepted():
    database = environment().database
    assert database["NAME"] == "mutua"
    assert (database["USER"], database["PASSWORD"]) == ("rita", "p@ss")
    assert (database["HOST"], database["PORT"]) == ("db.test", 8432)
    assert "search_path=identity" in database["OPTIONS"]["options"]


def test_a_socket_folder_is_accepted():
    database = environment(database_url="postgresql:///mutua?host=/run/postgresql").database
    assert database["HOST"] == "/run/postgresql"


@pytest.mark.parametrize("url", ["sqlite:///x.db", "mysql://u@h/d", "nonsense"])
def test_another_database_is_refused(url: str):
    with pytest.raises(ValueError, match="postgresql"):
        _ = environment(database_url=url).database


def test_the_issuer_has_no_slash_at_the_end():
    assert environment().issuer == "https://mutua.test"


def test_pages_live_at_the_issuer_unless_another_address_is_given():
    assert environment().origin.netloc == "mutua.test"
    assert environment(public_url="https://accessi.mutua.test").origin.netloc == "accessi.mutua.test"


def test_a_short_secret_key_is_refused():
    with pytest.raises(ValidationError, match="django_secret_key"):
        environment(django_secret_key="short")


def test_a_schema_name_cannot_carry_options():
    with pytest.raises(ValidationError, match="database_schema"):
        environment(database_schema="identity -c app.fund=x")
