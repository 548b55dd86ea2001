"""`mutua cases`: one verdict a case, and an exit code that says whether any failed."""

import json
from pathlib import Path
from typing import Any

import pytest

from kit.cases import read_cases
from mutua_local.cli import main

FNM = Path(__file__).parents[4] / "tests" / "cases" / "fnm.json"
FOREIGN = {"id": "X-1", "fund": "NOBODY", "expect": {"decision": "PAY", "reasons": []}}


def _written(path: Path, cases: list[dict[str, Any]]) -> str:
    path.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    return str(path)


def test_cases_pass_fail_or_have_no_owner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_kind = {kind: read_cases(FNM, f"FNM {kind}")[0] for kind in ("claim", "payout", "booking")}
    wrong = by_kind["claim"] | {"id": "wrong", "expect": by_kind["claim"]["expect"] | {"benefit_cents": 1}}
    _written(tmp_path / "a.json", [*by_kind.values(), FOREIGN])
    assert main(["cases", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["totals"] == {"passed": 3, "unsupported": 1}
    assert all(one["explanation"] for one in told["cases"] if one["status"] == "passed")
    assert main(["cases", _written(tmp_path / "b.json", [wrong, FOREIGN])]) == 1
    printed = capsys.readouterr().out
    assert f"benefit_cents: expected 1, got {by_kind['claim']['expect']['benefit_cents']}" in printed
    assert "UNSUPPORTED: 1 cases" in printed


@pytest.mark.parametrize("content", ["{", "[]", '{"cases": [{"id": "no expectation"}]}'])
def test_a_file_that_holds_no_cases_is_refused(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "no.json"
    path.write_text(content, encoding="utf-8")
    assert main(["cases", str(path)]) == 1
    assert "no.json" in capsys.readouterr().err
    assert main(["cases", str(tmp_path / "nowhere")]) == 1
