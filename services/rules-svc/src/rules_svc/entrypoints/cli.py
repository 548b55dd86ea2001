"""Commands for plan administrators: `mutua plan …`, or `python -m rules_svc.entrypoints.cli …` (docs/guides/plans.md).

A PLAN is a plan file, the id of a plan that the package carries (its newest version), or id@version.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from kit.context import Context
from kit.errors import DomainError, FieldError
from kit.money import format_eur
from rules_svc.adapters.case_file import CaseFile, decide_case
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_coverage import HOWS, RuleCoverage, counted, cover, coverage_faults, scenario_names
from rules_svc.adapters.plan_diff import changes_between, lines_of
from rules_svc.adapters.plan_draft import FileDraft
from rules_svc.adapters.plan_export import yaml_of
from rules_svc.adapters.plan_files import plan_files, plan_ids, read_plan_file
from rules_svc.adapters.plan_json_schema import plan_json_schema
from rules_svc.adapters.plan_page import plan_page
from rules_svc.adapters.plan_page_html import html_page
from rules_svc.adapters.plan_page_markdown import markdown_page
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.adapters.scenarios import scenario_texts
from rules_svc.adapters.text_catalogue import load_texts
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import build
from rules_svc.domain.errors import PlanInvalid, PlanNotFound
from rules_svc.entrypoints.replay_command import replay
from rules_svc.entrypoints.simulate_command import add_arguments, simulate
from rules_svc.settings import RulesSettings
from rules_svc.use_cases.adjudicate import texts_of
from rules_svc.use_cases.publish_plan import publish_plan
from rules_svc.use_cases.withdraw_plan import withdraw_plan

_SCENARIOS = Path(__file__).parents[3] / "tests" / "scenarios"
_WRITERS = {"html": html_page, "md": markdown_page}
_Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 1 when a plan has faults."""
    given = _parser().parse_args(arguments)
    command: _Command = given.command
    try:
        return command(given)
    except DomainError as error:
        print(error.message, file=sys.stderr)
        _print_faults(error.errors)
        return 1


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="mutua plan", description="Plans of benefits. " + (__doc__ or "").split("\n\n")[1]
    )
    subcommands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: _Command, text: str, *operands: str) -> argparse.ArgumentParser:
        sub = subcommands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        for operand in operands:
            sub.add_argument(operand, metavar=operand.upper())
        return sub

    publish = add("publish", _publish, "publish every version of a plan that the package carries", "plan")
    withdraw = add("withdraw", _withdraw, "withdraw a published version (id@version) whose days others cover", "plan")
    withdraw.add_argument("--reason", required=True, help="why; kept with the version")
    withdraw.add_argument("--fund", help="the fund (by default the plan's id)")
    validate = add("validate", _validate, "check a plan: language, content, rule ids, scenarios", "plan")
    coverage = add("coverage", _coverage, "list each rule of the circular with what keeps it", "plan")
    for one in (publish, validate, coverage):
        one.add_argument("--scenarios", type=Path, help="folder of scenario files (by default the plan's own)")
    coverage.add_argument("--strict", action="store_true", help="exit 1 while a rule is listed nowhere")
    coverage.add_argument("--summary", action="store_true", help="print the figures by article only")
    coverage.add_argument("--json", action="store_true", help="print JSON")
    add("diff", _diff, "print what changes from one version to another", "before", "after")
    add("export", _export, "print a plan as YAML that names its JSON Schema", "plan")
    page = add("page", _page, "print the plan as a page to proofread beside the circular", "plan")
    page.add_argument("--format", choices=sorted(_WRITERS), default="html", help="html or md (html)")
    page.add_argument("--output", type=Path, help="write to this file")
    add("events", _events, "print what plan_published tells others of every version that the package carries")
    add("replay", _replay, "decide every stored decision of the running system anew, and list what differs")
    add("schema", _schema, "print the JSON Schema of the plan language")
    explain = add("explain", _explain, "decide a case file and print the explanation", "case")
    explain.add_argument("--plan", default="fnm", help="a PLAN (fnm)")
    add_arguments(add("simulate", _simulate, "compare what a draft and the version that stands would decide", "draft"))
    return top


def _read(name: str) -> PlanSource:
    return read_plan_file(_path(name))


def _path(name: str) -> Path:
    if Path(name).is_file():
        return Path(name)
    plan_id, _, version = name.partition("@")
    for path in reversed(plan_files(plan_id)):
        if version in {"", path.parent.name}:
            return path
    raise PlanNotFound(f"{plan_id} has no version {version!r}")


def _print_faults(faults: Sequence[FieldError]) -> None:
    for fault in faults:
        print(f"  {fault.pointer}  {fault.rule}: {fault.message}", file=sys.stderr)


def _publish(given: argparse.Namespace) -> int:
    return asyncio.run(_publish_all(given.plan, given.scenarios))


async def _publish_all(plan_id: str, scenarios: Path | None) -> int:
    services = build(RulesSettings())
    try:
        for path in plan_files(plan_id):
            source = read_plan_file(path)
            context = Context(fund=source.file.plan.fund, actor="system:rules", now=services.clock.now())
            async with services.uow.begin(context) as tx:
                changed = await _publish_one(tx, source, scenarios)
            word = "already published" if changed is None else "published"
            print(f"{plan_id} {source.file.plan.version} {source.hash[:12]} {word}", *changed or (), sep="\n  ")
    finally:
        await services.uow.close()
    return 0


async def _publish_one(tx: RulesTransaction, source: PlanSource, scenarios: Path | None) -> list[str] | None:
    """Publish a version and return what it changes; None when it stands already."""
    previous = await tx.plans.newest(source.file.plan.id)
    if not await publish_plan(tx, draft=FileDraft(source, scenario_texts(scenarios) if scenarios else {})):
        return None
    if previous is None:
        return [f"the first version, {len(source.file.benefits)} articles that pay"]
    return list(lines_of(changes_between(previous.source, source)))


def _withdraw(given: argparse.Namespace) -> int:
    plan_id, _, version = given.plan.partition("@")
    return asyncio.run(_withdraw_one(plan_id, version, given.reason, given.fund or plan_id))


async def _withdraw_one(plan_id: str, version: str, reason: str, fund: str) -> int:
    services = build(RulesSettings())
    actor = "system:rules"
    try:
        async with services.uow.begin(Context(fund=fund, actor=actor, now=services.clock.now())) as tx:
            done = await withdraw_plan(tx, plan_id=plan_id, version=version, reason=reason, withdrawn_by=actor)
        print(f"{plan_id} {version} {'withdrawn' if done else 'already withdrawn'}")
    finally:
        await services.uow.close()
    return 0


def _validate(given: argparse.Namespace) -> int:
    source = _read(given.plan)
    scenarios = given.scenarios or _own_scenarios(source)
    faults = FileDraft(source, scenario_texts(scenarios) if scenarios else {}).faults()
    if faults:
        print(f"{given.plan}: {len(faults)} faults", file=sys.stderr)
        _print_faults(faults)
        return 1
    plan = source.file.plan
    print(f"{plan.id} {plan.version} {source.hash[:12]} valid, {len(source.file.benefits)} articles that pay")
    return 0


def _own_scenarios(source: PlanSource) -> Path | None:
    """Return the folder of the plan's scenarios where the source tree is at hand."""
    folder = _SCENARIOS / source.file.plan.id
    return folder if folder.is_dir() else None


def _coverage(given: argparse.Namespace) -> int:
    source = _read(given.plan)
    faults = coverage_faults(source.file)
    if faults:
        raise PlanInvalid(f"{len(faults)} rule ids are not in the catalogue", errors=faults)
    folder = given.scenarios or _own_scenarios(source)
    covered = cover(source.file, scenario_names(compile_plan(source), folder) if folder else {})
    if given.json:
        print(json.dumps([_as_json(one) for one in covered], ensure_ascii=False, indent=1))
    else:
        if not given.summary:
            print("\n".join(_coverage_line(one) for one in covered) + "\n")
        print("\n".join(_summary(covered)))
    return int(given.strict and any(one.how == "unlisted" for one in covered))


def _as_json(one: RuleCoverage) -> dict[str, object]:
    rule = one.rule
    return {
        "id": rule.id,
        "article": rule.article,
        "text": rule.text,
        "source": rule.source.split(),
        "how": one.how,
        "where": list(one.where),
        "scenarios": list(one.scenarios),
    }


def _coverage_line(one: RuleCoverage) -> str:
    where = "; ".join(one.where)
    more = f" (and {len(one.scenarios) - 1} more)" if len(one.scenarios) > 1 else ""
    scenario = f'  scenario "{one.scenarios[0]}"{more}' if one.scenarios else ""
    return f"{one.rule.id:15} {one.how:12} {where or one.rule.text}{scenario}"


def _summary(covered: list[RuleCoverage]) -> list[str]:
    counts = counted(covered)
    lines = [f"{'article':8} {'listed':>9}  " + "  ".join(f"{how:>11}" for how in HOWS)]
    for article, row in counts.items():
        rules = sum(row.values())
        listed = f"{rules - row['unlisted']}/{rules}"
        lines.append(f"{article:8} {listed:>9}  " + "  ".join(f"{row[how] or '':>11}" for how in HOWS))
    unlisted = sum(one.how == "unlisted" for one in covered)
    proven = sum(bool(one.scenarios) for one in covered)
    total = f"{len(covered) - unlisted} of {len(covered)} rules are listed, {unlisted} are not"
    return [*lines, f"{total}; {proven} stand in the explanation of a scenario"]


def _diff(given: argparse.Namespace) -> int:
    before, after = _read(given.before), _read(given.after)
    print("\n".join(lines_of(changes_between(before, after))) or "nothing changes")
    return 0


def _export(given: argparse.Namespace) -> int:
    print(yaml_of(_read(given.plan)), end="")
    return 0


def _page(given: argparse.Namespace) -> int:
    text = _WRITERS[given.format](plan_page(_read(given.plan)))
    if given.output is None:
        print(text, end="")
    else:
        given.output.write_text(text, encoding="utf-8")
    return 0


def _events(_given: argparse.Namespace) -> int:
    sources = [read_plan_file(path) for plan_id in plan_ids() for path in plan_files(plan_id)]
    events = [FileDraft(source).event() for source in sources if source.file.plan.status == "published"]
    print(json.dumps([asdict(event) for event in events], default=str, ensure_ascii=False))
    return 0


def _schema(_given: argparse.Namespace) -> int:
    print(json.dumps(plan_json_schema(), ensure_ascii=False, indent=2))
    return 0


def _replay(_given: argparse.Namespace) -> int:
    return replay(print)


def _simulate(given: argparse.Namespace) -> int:
    draft = _read(given.draft)
    faults = FileDraft(draft).faults()
    if faults:
        raise PlanInvalid(f"{len(faults)} faults in {given.draft}", errors=faults)
    print(simulate(draft, _read(given.against or draft.file.plan.id), given))
    return 0


def _explain(given: argparse.Namespace) -> int:
    plan = compile_plan(_read(given.plan))
    case = CaseFile.model_validate_json(Path(given.case).read_text(encoding="utf-8"))
    decision = decide_case(plan, case)
    steps, reasons, missing = texts_of(decision, load_texts())
    print(f"{decision.outcome}: {format_eur(decision.payable_cents)} EUR (plan {plan.plan_id} {plan.version})")
    for step in steps:
        print(f"  {format_eur(step.before_cents):>12} → {format_eur(step.after_cents):>12}  {step.text_en}")
    for text in [one.text_en for one in reasons] + [one.text_en for one in missing]:
        print(f"  {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
