"""The commands of plan administrators that need no database."""

import json
from pathlib import Path

import pytest

from rules_svc.adapters.plan_files import plan_files
from rules_svc.entrypoints.cli import main

PLAN = plan_files("fnm")[-1]
TEXT = PLAN.read_text(encoding="utf-8")


def test_a_plan_is_named_by_id_version_or_file(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("fnm", f"fnm@{PLAN.parent.name}", str(PLAN)):
        assert main(["validate", name]) == 0
        assert "valid" in capsys.readouterr().out
    assert main(["validate", "fnm@1999-01-01"]) == 1
    assert main(["validate", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err


def test_validate_names_a_wrong_rule_id(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = tmp_path / "plan.yaml"
    wrong.write_text(TEXT.replace("rules: [FNM-3.8-R18]", "rules: [FNM-3.8-R81]"), encoding="utf-8")
    assert main(["validate", str(wrong)]) == 1
    line = TEXT[: TEXT.index("rules: [FNM-3.8-R18]")].count("\n") + 1
    told = capsys.readouterr().err
    assert f"/benefits/3.8/exclusions/repair  rule_unknown: line {line}: FNM-3.8-R81" in told
    assert main(["coverage", str(wrong)]) == 1


def test_validate_runs_the_scenarios(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = tmp_path / "plan.yaml"
    wrong.write_text(TEXT.replace("glasses: 400.00", "glasses: 410.00"), encoding="utf-8")
    assert main(["validate", str(wrong)]) == 1
    assert "indirect, above the limit" in capsys.readouterr().err


def test_coverage_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "fnm"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len([row for row in printed if row.startswith("FNM-")]) == 531
    (repair,) = [row for row in printed if row.startswith("FNM-3.8-R18 ")]
    assert repair.split() == [
        "FNM-3.8-R18",
        "executed",
        "/benefits/3.8/exclusions/repair",
        "scenario",
        '"3.8:',
        'repair"',
    ]
    assert " of 531 rules are listed" in printed[-1]
    assert main(["coverage", "fnm", "--summary"]) == 0
    summary = capsys.readouterr().out.splitlines()
    assert summary == printed[-len(summary) :]
    assert next(row for row in summary if row.startswith("1.4")).split()[:3] == ["1.4", "3/3", "3"]


def test_coverage_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "fnm", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 531
    assert set(rows[0]) == {"id", "article", "text", "source", "how", "where", "scenarios"}


def test_strict_coverage_fails_while_a_rule_is_listed_nowhere(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    less = tmp_path / "plan.yaml"
    less.write_text("\n".join(row for row in TEXT.splitlines() if "code: repair, when" not in row), encoding="utf-8")
    assert main(["coverage", str(less), "--summary"]) == 0
    assert main(["coverage", str(less), "--summary", "--strict"]) == 1
    assert "3.8          17/18" in capsys.readouterr().out


def test_diff(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = tmp_path / "plan.yaml"
    other.write_text(TEXT.replace("glasses: 400.00", "glasses: 410.00"), encoding="utf-8")
    assert main(["diff", "fnm", str(other)]) == 0
    assert "limit glasses, indirect mode: 400.00 -> 410.00" in capsys.readouterr().out
    assert main(["diff", "fnm", "fnm"]) == 0
    assert capsys.readouterr().out == "nothing changes\n"


def test_page_and_schema(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["page", "fnm", "--format", "md"]) == 0
    assert capsys.readouterr().out.startswith("# Piano di assistenza")
    assert main(["page", "fnm", "--output", str(tmp_path / "plan.html")]) == 0
    assert (tmp_path / "plan.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["additionalProperties"] is False


def test_explain(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    case = json.loads((Path(__file__).parents[4] / "tests" / "cases" / "fnm.json").read_text(encoding="utf-8"))[
        "cases"
    ][0]
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case), encoding="utf-8")
    assert main(["explain", str(path)]) == 0
    assert "plan fnm" in capsys.readouterr().out
