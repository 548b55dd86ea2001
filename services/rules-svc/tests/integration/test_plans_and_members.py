"""Publishing, replaying and the projection of members, on a real PostgreSQL."""

from pathlib import Path
from uuid import uuid4

import pytest
from factories_rules import Desk

from kit.testing.databases import ServiceDatabase
from rules_svc.adapters.decision_rows import read_inputs, read_limits
from rules_svc.adapters.plan_files import plan_files
from rules_svc.adapters.plan_reader import PlanSource, read_plan
from rules_svc.domain.errors import PlanInvalid, PlanVersionTaken
from rules_svc.domain.evaluate import evaluate
from rules_svc.domain.plan import Plan
from rules_svc.entrypoints import cli


async def test_the_same_content_is_published_once(desk: Desk, source: PlanSource) -> None:
    assert await desk.publish(source) is False
    events = await desk.published("rules.plan_published.v1")
    assert [event["hash"] for event in events] == [source.hash]


async def test_other_content_under_a_published_version_is_refused(desk: Desk, source: PlanSource) -> None:
    changed = read_plan(plan_files("fnm")[-1].read_text(encoding="utf-8").replace("per_item: 90.00", "per_item: 95.00"))
    with pytest.raises(PlanVersionTaken):
        await desk.publish(changed)
    assert [row.hash for row in await desk.rows("select hash from rules.plan_version")] == [source.hash]


async def test_a_later_version_takes_over_from_its_day(desk: Desk, source: PlanSource) -> None:
    text = plan_files("fnm")[-1].read_text(encoding="utf-8")
    later = (
        text.replace('version: "2023-07-01"', 'version: "2026-10-13"')
        .replace("effective_from: 2023-07-01", "effective_from: 2026-10-13")
        .replace("per_item: 90.00", "per_item: 95.00")
    )
    assert await desk.publish(read_plan(later))
    person = uuid4()
    await desk.handle(
        desk.claim(uuid4(), person, expense_date="2026-10-12"), desk.claim(uuid4(), person, expense_date="2026-10-13")
    )
    events = await desk.published("rules.claim_adjudicated.v1")
    assert [(event["plan_version"], event["payable_cents"]) for event in events] == [
        ("2023-07-01", 9_000),
        ("2026-10-13", 9_500),
    ]


async def test_a_faulty_version_is_refused_with_its_faults(desk: Desk) -> None:
    text = plan_files("fnm")[-1].read_text(encoding="utf-8").replace('version: "2023-07-01"', 'version: "2"')
    draft = read_plan(text.replace("status: published", "status: draft").replace("splintings", "splints"))
    with pytest.raises(PlanInvalid) as raised:
        await desk.publish(draft)
    assert {fault.rule for fault in raised.value.errors} == {"limit_dropped", "not_published", "day_taken"}


async def test_a_stored_decision_replays_to_the_same(desk: Desk, plan: Plan) -> None:
    person = uuid4()
    for _ in range(3):
        await desk.handle(desk.claim(uuid4(), person, relation="spouse", article="3.8", amount_cents=40_000))
    rows = await desk.rows("select * from rules.decision order by decided_at, decision_id")
    assert sorted(row.payable_cents for row in rows) == [0, 12_800, 19_200]
    for row in rows:
        request, facts = read_inputs(row.inputs)
        again = evaluate(plan, request, facts, read_limits(row.limits_before))
        assert (again.outcome, again.payable_cents) == (row.outcome, row.payable_cents)
        assert row.plan_hash == plan.hash
        assert [step.code for step in again.steps] == [step["code"] for step in row.steps]


async def test_the_newest_family_is_kept(desk: Desk) -> None:
    member, persons = uuid4(), [uuid4(), uuid4(), uuid4()]
    await desk.handle(desk.member_changed(member, persons, version=2))
    await desk.handle(desk.member_changed(member, persons[:1], version=1))
    assert len(await desk.rows("select * from rules.person")) == 3
    await desk.handle(desk.member_changed(member, persons[:2], version=3))
    rows = await desk.rows("select person_id from rules.person")
    assert {row.person_id for row in rows} == set(persons[:2])


def test_the_command_publishes_and_says_so(
    database: ServiceDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {
        "DATABASE_URL": database.url,
        "BUS_URL": "memory://",
        "ISSUER_URL": "https://issuer.test",
        "JWKS_URL": "https://issuer.test/jwks.json",
        "DOCUMENTS_URL": "file:///nowhere",
        "CURSOR_SECRET": "x",
    }.items():
        monkeypatch.setenv(name, value)
    scenarios = str(Path(__file__).parents[1] / "scenarios" / "fnm")
    assert cli.main(["publish", "fnm", "--scenarios", scenarios]) == 0
    assert cli.main(["publish", "fnm"]) == 0
    out = capsys.readouterr().out
    assert "published" in out
    assert "already published" in out
    assert cli.main(["publish", "nobody"]) == 1


def test_the_command_explains_a_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "case.json"
    case.write_text(
        """{"member": {"category": "employee", "enrolled_on": "2010-03-01", "birth_date": "1975-06-15"},
            "beneficiary": {"relation": "member", "birth_date": "1975-06-15"},
            "request": {"mode": "indirect", "article": "3.6", "expense_date": "2024-03-11", "received_on": "2024-04-02",
                "amount_cents": 15000, "service": "visita cardiologica", "documents": ["invoice"],
                "provider": {"kind": "specialist", "specialty": "cardiologia"}}}""",
        encoding="utf-8",
    )
    assert cli.main(["explain", str(case)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("pay: 90,00 EUR")
    assert "65% of €150.00 = €97.50" in out


def test_a_faulty_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "plan.yaml"
    bad.write_text("plan: {id: x}\n", encoding="utf-8")
    assert cli.main(["validate", str(bad)]) == 1
    assert "/readings" in capsys.readouterr().err
    assert cli.main(["validate", str(plan_files("fnm")[-1])]) == 0
