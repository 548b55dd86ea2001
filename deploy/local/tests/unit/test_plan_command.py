"""`mutua plan` hands over to rules-svc and makes nothing of its own."""

from pathlib import Path

import pytest

from mutua_local.cli import main


def test_the_plan_commands_need_no_running_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("MUTUA_HOME", str(tmp_path / "home"))
    assert main(["plan", "diff", "fnm", "fnm"]) == 0
    assert capfd.readouterr().out == "nothing changes\n"
    assert not (tmp_path / "home").exists()


def test_the_exit_code_is_that_of_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("MUTUA_HOME", str(tmp_path / "home"))
    assert main(["plan", "validate", "no such plan"]) == 1
