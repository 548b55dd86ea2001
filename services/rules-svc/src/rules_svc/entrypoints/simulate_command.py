"""`mutua plan simulate`: a draft against the version that stands, at the terminal."""

import argparse
import asyncio
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kit.context import Context
from kit.money import format_eur
from rules_svc.adapters.claim_table import table_of
from rules_svc.adapters.columnar_comparison import compare_columns
from rules_svc.adapters.history import stored_claims
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_draft import titles_of
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.adapters.population import read_population, synthetic_claims
from rules_svc.adapters.simulation_chart import chart_svg
from rules_svc.adapters.simulation_report import TABLES, csv_of, report_of
from rules_svc.bootstrap import build
from rules_svc.domain.simulation import Books, Comparison, SimulatedClaim
from rules_svc.settings import RulesSettings

_CLAIMS, _SEED, _FIRST_DAY = 50_000, 1, date(2024, 1, 1)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command."""
    command.add_argument("--against", metavar="PLAN", help="the other side (the newest version of the same plan)")
    command.add_argument("--history", action="store_true", help="the decisions stored in the running system")
    command.add_argument("--claims", type=int, default=_CLAIMS, help=f"synthetic claims ({_CLAIMS})")
    command.add_argument("--seed", type=int, default=_SEED, help=f"of the synthetic population ({_SEED})")
    command.add_argument(
        "--from", dest="first", type=date.fromisoformat, default=_FIRST_DAY, help=f"first day ({_FIRST_DAY})"
    )
    command.add_argument("--to", dest="last", type=date.fromisoformat, default=date.max, help="last day of the history")
    command.add_argument("--columns", action="store_true", help="by columns: the same figures, many times faster")
    command.add_argument("--json", action="store_true", help="print the whole result as JSON")
    command.add_argument("--output", type=Path, help="write result.json, three CSV tables and chart.svg to this folder")


def simulate(draft: PlanSource, other: PlanSource, given: argparse.Namespace) -> str:
    """Compare, write the files that are wanted, and return what is to be printed."""
    plan = draft.file.plan
    claims = asyncio.run(_history(plan.fund, given)) if given.history else _synthetic(plan.id, given)
    if given.columns:
        comparison = compare_columns(other, draft, table_of(claims))
    else:
        before, after = compile_plan(other), compile_plan(draft)
        comparison = Comparison(Books(lambda _day: before), Books(lambda _day: after))
        for claim in claims:
            comparison.add(claim)
    report = report_of(comparison, titles_of(draft))
    if given.output is not None:
        _write(report, given.output, before=other.file.plan.version, after=draft.file.plan.version)
    return json.dumps(report, ensure_ascii=False) if given.json else "\n".join(_lines(report))


def _synthetic(plan_id: str, given: argparse.Namespace) -> Iterable[SimulatedClaim]:
    return synthetic_claims(read_population(plan_id), claims=given.claims, seed=given.seed, first_day=given.first)


async def _history(fund: str, given: argparse.Namespace) -> list[SimulatedClaim]:
    services = build(RulesSettings())
    try:
        context = Context(fund=fund, actor="system:rules", now=services.clock.now())
        async with services.uow.begin(context) as tx:
            return [claim async for claim in stored_claims(tx.conn, fund, given.first, given.last)]
    finally:
        await services.uow.close()


def _write(report: Mapping[str, Any], folder: Path, *, before: str, after: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    for table in TABLES:
        (folder / f"{table}.csv").write_text(csv_of(report, table), encoding="utf-8")
    drawn = chart_svg(report, before=before, after=f"bozza {after}")
    (folder / "chart.svg").write_text(drawn, encoding="utf-8")


def _lines(report: Mapping[str, Any]) -> Iterable[str]:
    yield f"{'article':8} {'claims':>10} {'before EUR':>16} {'after EUR':>16} {'difference':>16}"
    for row in [*report["articles"], {"article": "all", **report["totals"]}]:
        money = (f"{format_eur(row[name]):>16}" for name in ("before_cents", "after_cents", "delta_cents"))
        yield f"{row['article']:8} {row['claims']:>10} {' '.join(money)}"
    members = report["members"]
    yield (
        f"of {members['asking']} members {members['gaining']} gain {format_eur(members['gained_cents'])} and "
        f"{members['losing']} lose {format_eur(members['lost_cents'])}; {report['totals']['changed']} claims change"
    )
    for row in report["outcomes"]:
        if row["before"] != row["after"]:
            yield f"  {row['before']} → {row['after']}: {row['claims']} claims"
