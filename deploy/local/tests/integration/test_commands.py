"""The commands against a running small system."""

import os

import pytest

from mutua_local.cli import main
from mutua_local.settings import load_settings


@pytest.fixture
def here(small_run, monkeypatch):
    run = small_run()
    for name, value in run.environment.items():
        if name.startswith("MUTUA_"):
            monkeypatch.setenv(name, value)
    # load_settings reads the environment that it was defined with: the real one, changed above.
    assert load_settings().home == run.home
    return run


def test_without_a_run_they_say_so(here, capsys):
    assert main(["status"]) == 3
    assert main(["down"]) == 0
    assert main(["logs"]) == 1
    said = capsys.readouterr()
    assert "not running" in said.out
    assert "there are: none yet" in said.err


def test_status_shows_each_process_and_notices_one_that_does_not_answer(here, capsys):
    here.start().ready()
    assert main(["status"]) == 0
    rows = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines() if line}
    assert rows["web"][1:3] == ["healthy", str(here.process("web").pid)]
    assert int(rows["postgres"][4]) > 1
    web = here.process("web").pid
    os.kill(web, 19)
    try:
        assert main(["status"]) == 1
    finally:
        os.kill(web, 18)
    assert "not healthy" in capsys.readouterr().out


def test_logs_of_one_process_and_of_one_that_is_none(here, capsys):
    here.start().ready()
    assert main(["logs", "web", "-n", "1"]) == 0
    assert '"GET / HTTP/1.1" 200' in capsys.readouterr().out
    assert main(["logs", "nobody"]) == 1
    assert "there are: " in capsys.readouterr().err


def test_down_stops_and_reset_forgets(here, capsys):
    here.start().ready()
    assert main(["reset"]) == 1
    assert here.home.exists()
    assert main(["down"]) == 0
    assert here.supervisor.wait(10) == 0
    assert here.leftovers() == []
    assert main(["reset", "--yes"]) == 0
    assert not here.home.exists()
    assert "Nothing was changed" in capsys.readouterr().out


def test_reset_stops_first_what_runs(here):
    here.start().ready()
    assert main(["reset", "--yes"]) == 0
    assert here.supervisor.wait(10) == 0
    assert (here.home.exists(), here.leftovers()) == (False, [])
