"""Every rule of the circular is accounted for, and the number never falls."""

from pathlib import Path

import pytest

from rules_svc.adapters import plan_coverage
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_coverage import (
    counted,
    cover,
    coverage_faults,
    read_catalogue,
    read_elsewhere,
    scenario_names,
)
from rules_svc.adapters.plan_files import plan_files
from rules_svc.adapters.plan_reader import PlanSource, read_plan
from rules_svc.domain.errors import PlanInvalid, PlanNotFound
from rules_svc.domain.plan import Plan

TEXT = plan_files("fnm")[-1].read_text(encoding="utf-8")
SCENARIOS = Path(__file__).parents[1] / "scenarios" / "fnm"
TOTAL = 531
# All of them, and the number never falls.
LISTED = TOTAL
PER_ARTICLE = {
    "0": 2, "1.1": 11, "1.2": 8, "1.3": 22, "1.4": 3, "1.5": 6, "2.1": 5, "3.1": 13, "3.2": 7, "3.3": 6, "3.4": 11,
    "3.5": 8, "3.6": 19, "3.7": 6, "3.8": 18, "3.9": 8, "3.10": 12, "3.11": 6, "4.1": 1, "4.2": 11, "4.3": 13,
    "4.4": 8, "4.5": 6, "4.6": 9, "4.7": 8, "5.1": 44, "5.2": 17, "5.3": 29, "5.4": 12, "5.5": 19, "6.1": 2, "6.2": 4,
    "6.3": 2, "7.1": 3, "7.2": 12, "7.3": 7, "7.4": 5, "7.5": 4, "7.6": 4, "7.7": 6, "7.8": 4, "7.9": 45, "7.10": 25,
    "7.11": 14, "7.12": 21, "7.13": 1, "G": 24,
}  # fmt: skip


def test_the_catalogue_is_whole() -> None:
    catalogue = read_catalogue("fnm")
    assert len(catalogue) == TOTAL
    counts = {number: sum(row.values()) for number, row in counted(cover(read_plan(TEXT).file)).items()}
    assert counts == PER_ARTICLE
    assert all(one.text and one.source and one.id.startswith(f"FNM-{one.article}-") for one in catalogue.values())
    assert catalogue["FNM-5.1-T1502"].text.startswith("Fissure sealing")
    assert catalogue["FNM-5.1-T1502"].source == "L548 L550"


def test_the_number_of_listed_rules_does_not_fall(source: PlanSource) -> None:
    assert sum(one.how != "unlisted" for one in cover(source.file)) >= LISTED


def test_every_id_of_the_plan_and_beside_it_is_in_the_catalogue(source: PlanSource) -> None:
    assert coverage_faults(source.file) == []


def test_a_wrong_id_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    faults = coverage_faults(read_plan(TEXT.replace("rules: [FNM-3.8-R18]", "rules: [FNM-3.8-R81]")).file)
    assert [(one.pointer, one.rule, one.message) for one in faults] == [
        ("/benefits/3.8/exclusions/repair", "rule_unknown", "FNM-3.8-R81")
    ]
    (tmp_path / "coverage.yaml").write_text("FNM-9.9-R1: {how: informative, where: x}\n", encoding="utf-8")
    _beside(monkeypatch, tmp_path)
    assert [one.message for one in coverage_faults(read_plan(TEXT).file)] == ["FNM-9.9-R1"]


@pytest.mark.parametrize(
    "entry",
    [
        "{how: checked, where: x}",
        "{how: informative, by: claims-api, where: x}",
        "{how: guessed, where: x}",
        "{how: checked, by: other-svc, where: x}",
        "{how: informative, where: ''}",
    ],
)
def test_an_entry_beside_the_plan_is_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, entry: str) -> None:
    (tmp_path / "coverage.yaml").write_text(f"FNM-1.1-R2: {entry}\n", encoding="utf-8")
    _beside(monkeypatch, tmp_path)
    with pytest.raises(PlanInvalid) as raised:
        read_elsewhere("fnm")
    assert raised.value.errors[0].pointer.startswith("/FNM-1.1-R2")


def test_how_a_rule_is_kept(source: PlanSource) -> None:
    kept = {one.rule.id: one for one in cover(source.file)}
    assert (kept["FNM-3.8-R18"].how, kept["FNM-3.8-R18"].where) == ("executed", ("/benefits/3.8/exclusions/repair",))
    assert kept["FNM-3.5-R4"].how == "referred"
    assert kept["FNM-G-R11"].how == "checked"
    assert kept["FNM-G-R11"].where[0].startswith("claims-api: ")
    assert kept["FNM-2.1-R5"].how == "informative"


def test_a_term_taken_away_leaves_its_rule_unlisted() -> None:
    without = "\n".join(row for row in TEXT.splitlines() if "code: repair, when" not in row)
    kept = {one.rule.id: one.how for one in cover(read_plan(without).file)}
    assert kept["FNM-3.8-R18"] == "unlisted"


def test_scenarios_prove_the_rules_that_they_reach(plan: Plan, source: PlanSource) -> None:
    names = scenario_names(plan, SCENARIOS)
    assert names["FNM-3.8-R18"] == ("3.8: repair",)
    listed = {one.rule.id: one.scenarios for one in cover(source.file, names)}
    assert listed["FNM-3.8-R18"] == ("3.8: repair",)
    assert len([one for one in listed.values() if one]) > 40


def test_scenarios_are_those_of_this_plan() -> None:
    without = "\n".join(row for row in TEXT.splitlines() if "code: repair, when" not in row)
    assert "FNM-3.8-R18" not in scenario_names(compile_plan(read_plan(without)), SCENARIOS)


def test_a_plan_without_catalogue_has_no_coverage(source: PlanSource) -> None:
    other = source.file.model_copy(update={"plan": source.file.plan.model_copy(update={"id": "other"})})
    assert coverage_faults(other) == []
    with pytest.raises(PlanNotFound):
        cover(other)


def _beside(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    real = plan_coverage._beside

    def beside(plan_id: str, name: str) -> Path:
        return folder / name if name == "coverage.yaml" else real(plan_id, name)

    monkeypatch.setattr(plan_coverage, "_beside", beside)
