import subprocess
from pathlib import Path

import pytest

from check_sizes import findings, main

PLACE = Path("services/claims-api/src/claims_api")


def function(lines: int) -> str:
    return "def long_one():\n" + "    pass\n" * (lines - 1)


@pytest.mark.parametrize(("layer", "limit"), [("use_cases", 60), ("domain", 25)])
def test_a_function_may_fill_the_limit_of_its_layer_but_not_pass_it(layer, limit):
    name = PLACE / layer / "claim.py"
    assert list(findings(name, function(limit))) == []
    assert list(findings(name, function(limit + 1))) == [f"{name}:1: long_one has {limit + 1} lines, at most {limit}"]


def test_methods_and_coroutines_count_too():
    body = "    async def long_one(self):\n" + "        pass\n" * 60
    assert list(findings(Path("a.py"), "class A:\n" + body)) == ["a.py:2: long_one has 61 lines, at most 60"]


def test_a_file_may_have_400_lines():
    assert list(findings(Path("a.py"), "x = 1\n" * 400)) == []
    assert list(findings(Path("a.py"), "x = 1\n" * 401)) == ["a.py: 401 lines, at most 400"]


def test_files_not_yet_committed_count_but_migrations_do_not(tmp_path, capsys):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "0001.py").write_text("x = 1\n" * 500)
    assert main(tmp_path) == 0
    (tmp_path / "fresh.py").write_text("x = 1\n" * 500)
    assert main(tmp_path) == 1
    assert capsys.readouterr().out.endswith("fresh.py: 500 lines, at most 400\n")
