import hashlib
from pathlib import Path

import pytest

import setup

LOCK = """\
a==1 \\
    --hash=sha256:11
    # via b
uv==2.0 \\
    --hash=sha256:22 \\
    --hash=sha256:33
    # via -r
uvicorn==3 \\
    --hash=sha256:44
"""


def test_the_installer_is_cut_from_the_lock_with_all_its_hashes():
    assert setup.locked_block(LOCK, "uv") == "uv==2.0 \\\n    --hash=sha256:22 \\\n    --hash=sha256:33\n"


def test_a_lock_without_the_installer_is_refused():
    with pytest.raises(setup.SetupFailed, match="has no uv"):
        setup.locked_block("uvicorn==3\n", "uv")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("libs/kit", "services/one", "services/unfinished", "deploy/local"):
        (tmp_path / name).mkdir(parents=True)
        if name != "services/unfinished":
            (tmp_path / name / "pyproject.toml").write_text(f"[project]\nname = '{name}'\n")
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").touch()
    for name, place in {
        "ROOT": "", "LOCK": "requirements.lock", "VENV": ".venv", "PYTHON": ".venv/bin/python",
        "STAMP": ".venv/stamp", "UNFINISHED": ".venv/unfinished",
    }.items():  # fmt: skip
        monkeypatch.setattr(setup, name, tmp_path / place)
    return tmp_path


def test_only_packages_with_settings_are_installed(checkout):
    names = [str(package.relative_to(checkout)) for package in setup.own_packages(checkout)]
    assert names == ["libs/kit", "services/one", "deploy/local"]


def test_a_changed_lock_or_package_is_noticed(checkout):
    before = setup.wanted_state(checkout)
    (checkout / "services/one/pyproject.toml").write_text("[project]\nname = 'other'\n")
    after = setup.wanted_state(checkout)
    assert (before["own"] != after["own"], before["locked"]) == (True, after["locked"])
    (checkout / "requirements.lock").write_text("")
    assert setup.wanted_state(checkout)["locked"] == hashlib.sha256(b"").hexdigest()


def test_what_was_interrupted_is_not_taken_as_done(checkout):
    setup.STAMP.write_text('{"locked": "1", "own": "2"}')
    assert setup.read_stamp() == {"locked": "1", "own": "2"}
    setup.UNFINISHED.touch()
    assert setup.read_stamp() == {}
