"""What the loader and the checks refuse."""

import re
from pathlib import Path

import pytest

from rules_svc.adapters.plan_checks import faults_of
from rules_svc.adapters.plan_files import plan_files
from rules_svc.adapters.plan_reader import PlanSource, read_plan, read_yaml
from rules_svc.adapters.text_catalogue import load_texts
from rules_svc.domain.errors import PlanInvalid
from rules_svc.domain.plan import Plan

DOMAIN = Path(__file__).parents[2] / "src" / "rules_svc" / "domain"
TEXT = plan_files("fnm")[-1].read_text(encoding="utf-8")


def rules_of(text: str, previous: PlanSource | None = None) -> set[str]:
    file = read_plan(text).file
    return {fault.rule for fault in faults_of(file, previous.file if previous else None)}


def test_the_plan_has_no_fault() -> None:
    assert rules_of(TEXT) == set()


def test_scalars_stay_strings() -> None:
    assert read_yaml('{"7.1": on, 7.10: 1.50}') == {"7.1": "on", "7.10": "1.50"}


def test_a_key_twice_is_refused() -> None:
    with pytest.raises(PlanInvalid, match=r"'7\.1' stands twice \(line 2\)"):
        read_yaml("7.1: a\n7.1: b\n")


def test_no_yaml_is_refused() -> None:
    with pytest.raises(PlanInvalid, match="not a YAML document"):
        read_yaml("a: [")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("reimbursement_rate: 65%", "reimbursement_rate: 0.65", "reimbursement_rate"),
        ("reimbursement_rate: 65%", "reimbursement_rate: 165%", "reimbursement_rate"),
        ("per_item: 90.00", "per_item: 90.005", "per_item"),
        ("per_item: 90.00", "per_itm: 90.00", "per_itm"),
        ("{calendar_years: 2}", "{calendar_years: 2, rolling_years: 2}", "window"),
        ("{fact: provider, in: travel}", "{fact: provider, in: travel, present: true}", "when"),
        ("{fact: provider, in: travel}", "{in: travel}", "when"),
        ('cite: "3.8", rules: [FNM-3.8-R18]', "rules: [FNM-3.8-R18]", "cite"),
        ("        direct: 55.00\n", "", "direct"),
    ],
)
def test_the_shape_is_checked(old: str, new: str, place: str) -> None:
    assert old in TEXT
    with pytest.raises(PlanInvalid) as raised:
        read_plan(TEXT.replace(old, new, 1))
    assert any(place in fault.pointer for fault in raised.value.errors)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('cite: "3.8", rules: [FNM-3.8-R3]', 'cite: "9.9", rules: [FNM-3.8-R3]', "article_unknown"),
        ("interpretation: [A56]", "interpretation: [A99]", "reading_unknown"),
        ("interpretation: [A55], ", "", "reading_unused"),
        ("{document: dental_form,", "{document: dental_card,", "fact_or_key"),
        ("{fact: service, mentions: repair}", "{fact: service, mentions: repairs}", "concept_unknown"),
        ("{fact: service, mentions: repair}", "{fact: servizio, mentions: repair}", "fact_unknown"),
        ("accumulators: {glasses: 400.00}", "accumulators: {glases: 400.00}", "limit_unknown"),
        ("count_limit: {splintings: 1}", "count_limit: {root_planing_quadrants: 1}", "limit_unused"),
        ('to: "3.4", cite: "3.6"', 'to: "3.99", cite: "3.6"', "redirect_unknown"),
        ("age_from: 21, age_below: 28", "age_from: 20, age_below: 28", "bands_overlap"),
        (
            "{fact: service, mentions: repair}",
            "{all: [{fact: provider, in: a}, {fact: provider, in: b}]}",
            "never_holds",
        ),
        (
            "{fact: service, mentions: repair}",
            "{all: [{fact: quantity, at_least: 3}, {all: [{fact: quantity, at_most: 2}]}]}",
            "never_holds",
        ),
        (
            "{fact: service, mentions: repair}",
            "{all: [{fact: extra.lens, present: false}, {fact: extra.lens, in: a}]}",
            "never_holds",
        ),
        (
            "{fact: service, mentions: repair}",
            '{all: [{fact: ssn_ticket, in: "true"}, {not: {fact: ssn_ticket, in: "true"}}]}',
            "never_holds",
        ),
        ("{fact: service, mentions: repair}", "{fact: mode, in: indirekt}", "value_unknown"),
        ("{fact: service, mentions: repair}", "{fact: relation, in: cousin}", "value_unknown"),
        ("not_with: [", 'not_with: ["9999", ', "code_unknown"),
        (
            "{relationship: child, dependent: true, age_below: 28",
            "{relationship: child, age_from: 28, age_below: 28",
            "never_holds",
        ),
        (
            "{relationship: child, dependent: true, age_below: 28",
            "{relationship: [child, orphan], dependent: true, age_below: 28",
            "bands_overlap",
        ),
        ("effective_from: 2023-07-01", "effective_from: 2023-07-01\n  effective_to: 2023-07-01", "period_empty"),
    ],
)
def test_the_content_is_checked(old: str, new: str, rule: str) -> None:
    assert old in TEXT
    changed = TEXT.replace(old, new, 1)
    if rule == "fact_or_key":
        rule = "document_unknown"
    assert rule in rules_of(changed)


def test_limits_survive_from_version_to_version(source: PlanSource) -> None:
    renamed = TEXT.replace("splintings", "splints")
    assert rules_of(renamed, source) == {"limit_dropped"}
    longer = TEXT.replace("{minimum_interval_months: 24}", "{minimum_interval_months: 36}")
    assert rules_of(longer, source) == {"limit_changed"}


def test_the_hash_is_of_the_content_not_of_the_layout(source: PlanSource) -> None:
    assert read_plan("# another comment\n" + TEXT).hash == source.hash
    assert read_plan(TEXT.replace("per_item: 90.00", "per_item: 91.00", 1)).hash != source.hash


def test_every_code_of_the_engine_has_its_texts() -> None:
    texts = load_texts()
    code = "\n".join(path.read_text(encoding="utf-8") for path in DOMAIN.glob("*.py"))
    steps = set(re.findall(r'(?:Step|step)\(\s*"(\w+)"', code)) | {
        "limit_amount",
        "limit_count",
        "tariff",
        "tariff_rate",
    }
    reasons = set(re.findall(r'(?:deny|refer|Reason)\(\s*"(\w+)"', code))
    assert steps <= set(texts.steps), steps - set(texts.steps)
    assert reasons <= set(texts.reasons), reasons - set(texts.reasons)
    assert "filed_late" in reasons
    assert "requested" in steps


def test_the_whole_tariff_is_there(plan: Plan) -> None:
    rows = plan.benefits["5.1"].rows
    assert len(rows) == 25
    assert sum(row.amount_cents["indirect"] for row in rows.values()) == 191_500
    assert sum(row.amount_cents["direct"] for row in rows.values()) == 214_000
