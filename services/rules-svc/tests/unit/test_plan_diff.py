"""What changes between two versions, in words that a plan administrator reads."""

import pytest

from rules_svc.adapters.plan_diff import changes_between, lines_of
from rules_svc.adapters.plan_files import plan_files
from rules_svc.adapters.plan_reader import PlanSource, read_plan

TEXT = plan_files("fnm")[-1].read_text(encoding="utf-8")


def changed(old: str, new: str) -> list[str]:
    assert old in TEXT
    return list(lines_of(changes_between(read_plan(TEXT), read_plan(TEXT.replace(old, new, 1)))))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "indirect: {reimbursement_rate: 65%, per_item: 90.00",
            "indirect: {reimbursement_rate: 70%, per_item: 95.50",
            [
                "3.6 Specialist visits",
                "  rate, indirect mode: 65% -> 70%",
                "  limit per service, indirect mode: 90.00 -> 95.50",
            ],
        ),
        (
            "glasses: 450.00",
            "glasses: 500.00",
            ["3.8 Glasses and lenses", "  limit glasses, direct mode: 450.00 -> 500.00"],
        ),
        (
            "effective_from: 2023-07-01",
            "effective_from: 2024-01-01",
            ["plan", "  in force from: 2023-07-01 -> 2024-01-01"],
        ),
        ("filing: {days: 120", "filing: {days: 90", ["1.1 General rules", "  filing days: 120 -> 90"]),
        ("threshold: 50.00", "threshold: 40.00", ["1.4 Payment", "  payment threshold: 50.00 -> 40.00"]),
        (
            "age_from: 21, age_below: 28",
            "age_from: 21, age_below: 26",
            ["1.2 Beneficiaries", "  share of child, other dependant from 21 age below: 28 -> 26"],
        ),
        (
            "{fact: service, mentions: repair}",
            "{fact: service, mentions: visit}",
            [
                "3.8 Glasses and lenses",
                "  exclusion repair condition: {fact: service, mentions: repair} -> {fact: service, mentions: visit}",
            ],
        ),
    ],
)  # fmt: skip
def test_a_change_is_told_under_its_article(old: str, new: str, expected: list[str]) -> None:
    assert changed(old, new) == expected


def test_what_comes_and_goes_is_told_by_its_name() -> None:
    row = next(one for one in TEXT.splitlines() if "code: repair, when" in one)
    assert changed(row + "\n", "") == [
        "3.8 Glasses and lenses",
        "  - exclusion repair: repair of glasses {when: {fact: service, mentions: repair}}",
    ]
    both = changes_between(read_plan(TEXT.replace(row + "\n", "")), read_plan(TEXT))
    assert [one.line for one in both] == [
        "+ exclusion repair: repair of glasses {when: {fact: service, mentions: repair}}"
    ]
    assert (both[0].article, both[0].before) == ("3.8", None)


def test_the_order_of_a_list_is_no_change() -> None:
    rows = [one for one in TEXT.splitlines() if "code: repair, when" in one or "code: frame_only, when" in one]
    swapped = TEXT.replace("\n".join(rows), "\n".join(reversed(rows)))
    assert swapped != TEXT
    assert changes_between(read_plan(TEXT), read_plan(swapped)) == []


def test_a_new_article_is_one_line(source: PlanSource) -> None:
    without = source.content | {"benefits": {k: v for k, v in source.content["benefits"].items() if k != "3.5"}}
    before = PlanSource(source.file, "0", without)
    assert [one.line for one in changes_between(before, source)] == ["+ article: Diagnostics"]


def test_nothing_changes_in_itself(source: PlanSource) -> None:
    assert changes_between(source, source) == []
