"""Commands for plan administrators.

python -m rules_svc.entrypoints.cli publish fnm [--scenarios FOLDER]
python -m rules_svc.entrypoints.cli validate PLAN.yaml [--scenarios FOLDER]
python -m rules_svc.entrypoints.cli explain CASE.json [--plan PLAN.yaml]
"""

import argparse
import asyncio
import sys
from pathlib import Path

from kit.context import Context
from kit.errors import DomainError, FieldError
from kit.money import format_eur
from rules_svc.adapters.case_file import CaseFile, decide_case
from rules_svc.adapters.plan_checks import faults_of
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_draft import FileDraft
from rules_svc.adapters.plan_files import plan_files, read_plan_file
from rules_svc.adapters.scenarios import scenario_faults
from rules_svc.adapters.text_catalogue import load_texts
from rules_svc.bootstrap import build
from rules_svc.settings import RulesSettings
from rules_svc.use_cases.adjudicate import texts_of
from rules_svc.use_cases.publish_plan import publish_plan


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="rules-svc", description="Plans of benefits")
    commands = parser.add_subparsers(dest="command", required=True)
    publish = commands.add_parser("publish", help="publish every version of a plan that the package carries")
    publish.add_argument("plan")
    validate = commands.add_parser("validate", help="check a plan file")
    validate.add_argument("path", type=Path)
    for one in (publish, validate):
        one.add_argument("--scenarios", type=Path, help="folder of scenario files that must pass")
    explain = commands.add_parser("explain", help="decide a case file and print the explanation")
    explain.add_argument("case", type=Path)
    explain.add_argument("--plan", type=Path, help="plan file; by default the newest one of FNM")
    given = parser.parse_args(arguments)
    try:
        return _run(given)
    except DomainError as error:
        print(error.message, file=sys.stderr)
        _print_faults(error.errors)
        return 1


def _run(given: argparse.Namespace) -> int:
    if given.command == "publish":
        return asyncio.run(_publish(given.plan, given.scenarios))
    if given.command == "validate":
        return _validate(given.path, given.scenarios)
    return _explain(given.case, given.plan or plan_files("fnm")[-1])


def _print_faults(faults: tuple[FieldError, ...] | list[FieldError]) -> None:
    for fault in faults:
        print(f"  {fault.pointer}  {fault.rule}: {fault.message}", file=sys.stderr)


async def _publish(plan_id: str, scenarios: Path | None) -> int:
    settings = RulesSettings()
    services = build(settings)
    try:
        for path in plan_files(plan_id):
            if scenarios is not None and _validate(path, scenarios):
                return 1
            draft = FileDraft(read_plan_file(path))
            context = Context(fund=draft.source.file.plan.fund, actor="system:rules", now=services.clock.now())
            async with services.uow.begin(context) as tx:
                fresh = await publish_plan(tx, draft=draft)
            word = "published" if fresh else "already published"
            print(f"{plan_id} {draft.version} {draft.hash[:12]} {word}")
    finally:
        await services.uow.database.dispose()
    return 0


def _validate(path: Path, scenarios: Path | None) -> int:
    source = read_plan_file(path)
    faults = faults_of(source.file)
    if not faults and scenarios is not None:
        faults = list(scenario_faults(compile_plan(source), scenarios))
    if faults:
        print(f"{path}: {len(faults)} faults", file=sys.stderr)
        _print_faults(faults)
        return 1
    plan = source.file.plan
    print(f"{plan.id} {plan.version} {source.hash[:12]} valid, {len(source.file.benefits)} articles that pay")
    return 0


def _explain(case: Path, plan_path: Path) -> int:
    plan = compile_plan(read_plan_file(plan_path))
    decision = decide_case(plan, CaseFile.model_validate_json(case.read_text(encoding="utf-8")))
    steps, reasons, missing = texts_of(decision, load_texts())
    print(f"{decision.outcome}: {format_eur(decision.payable_cents)} EUR (plan {plan.plan_id} {plan.version})")
    for step in steps:
        print(f"  {format_eur(step.before_cents):>12} → {format_eur(step.after_cents):>12}  {step.text_en}")
    for text in [one.text_en for one in reasons] + [one.text_en for one in missing]:
        print(f"  {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
