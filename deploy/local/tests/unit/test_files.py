"""Secrets, stamps, logs, state: the small files of a run."""

from pathlib import Path

import pytest

from mutua_local.errors import LocalRunError
from mutua_local.logs import follow, rotate, tail
from mutua_local.processes import State
from mutua_local.secrets import load_secrets
from mutua_local.stamps import Stamps, fingerprint
from mutua_local.state import Phase, ProcessStatus, RunStatus, hold, is_running, read_status, write_status


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path):
    file = tmp_path / "secrets.env"
    first = load_secrets(file, ["A", "B"])
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_secrets(file, ["A", "B"]) == first
    assert len({first["A"], first["B"]}) == 2
    assert min(len(value) for value in first.values()) >= 32


def test_a_secret_that_is_new_joins_those_that_are_there(tmp_path: Path):
    file = tmp_path / "secrets.env"
    first = load_secrets(file, ["A"])
    second = load_secrets(file, ["A", "C"])
    assert second["A"] == first["A"]
    assert load_secrets(file, ["C"]) == second


def test_a_stamp_holds_until_a_source_changes(tmp_path: Path):
    sources = tmp_path / "src"
    (sources / "__pycache__").mkdir(parents=True)
    (sources / "one.py").write_text("x = 1")
    Stamps(tmp_path).set("job", fingerprint([sources]))
    (sources / "__pycache__" / "one.pyc").write_text("noise")
    assert Stamps(tmp_path).holds("job", fingerprint([sources]))
    (sources / "one.py").write_text("x = 2")
    assert not Stamps(tmp_path).holds("job", fingerprint([sources]))
    assert not Stamps(tmp_path).holds("other", fingerprint([sources]))


def test_a_renamed_source_is_a_changed_one(tmp_path: Path):
    (tmp_path / "one.py").write_text("x = 1")
    before = fingerprint([tmp_path])
    (tmp_path / "one.py").rename(tmp_path / "two.py")
    assert fingerprint([tmp_path]) != before


def test_a_large_log_is_put_aside_and_a_small_one_goes_on(tmp_path: Path):
    (tmp_path / "large.log").write_bytes(b"x" * 5_000_001)
    (tmp_path / "small.log").write_text("one\ntwo\nthree\n")
    rotate(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["large.log.1", "small.log"]
    assert tail(tmp_path / "small.log", 2) == ["two", "three"]
    assert tail(tmp_path / "large.log", 2) == []


def test_following_gives_what_is_added_line_by_line(tmp_path: Path):
    file, late = tmp_path / "a.log", tmp_path / "late.log"
    file.write_text("old\n")
    lines = follow([file, late])
    late.write_text("first\nha")
    assert next(lines) == (late, "first")
    with late.open("a") as log:
        log.write("lf\n")
    assert next(lines) == (late, "half")


def test_the_state_is_read_as_it_was_written(tmp_path: Path):
    file = tmp_path / "state.json"
    assert read_status(file) is None
    process = ProcessStatus("web", State.HEALTHY, pid=7, ports=[80], restarts=1, health_url="http://x/")
    status = RunStatus(Phase.READY, pid=5, data="there", processes=[process])
    write_status(file, status)
    assert read_status(file) == status


def test_only_one_holds_the_lock(tmp_path: Path):
    lock = tmp_path / "lock"
    assert not is_running(lock)
    with hold(lock):
        assert is_running(lock)
        with pytest.raises(LocalRunError, match="already running"), hold(lock):
            pass
    assert not is_running(lock)
