"""Microseconds of CPU for one explained evaluation, beside a floor and beside two engines of rules, in the same run.

The floor makes the same objects that an explained decision must return (a decision of six steps) and decides nothing.
OpenFisca-core and zen-engine are installed from PyPI into a venv that lives as long as the run; `--alone` leaves them
out. Budget: 10 µs on a quiet machine; on a busy one read the ratios.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_files import plan_files, read_plan_file
from rules_svc.domain.decision import Balance, Decision, Step
from rules_svc.domain.evaluate import evaluate
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Beneficiary, Facts, Item, Member, Request

# Many short rounds: on a busy machine some of them run undisturbed.
ROUNDS = 500
RUNS = 50
PEER_ROUNDS = 3
PEER_RUNS = 400
BUDGET_US = 10.0
PEERS = {"zen": "zen-engine==2.1.3", "openfisca": "OpenFisca-Core==46.0.1"}
NO_LIMIT = 10**9
MEMBER = Member("employee", date(2010, 3, 1), date(1975, 6, 15))
SELF = Beneficiary("member", date(1975, 6, 15))
SPOUSE = Beneficiary("spouse", date(1978, 2, 20), fiscally_dependent=True)
CHILD = Beneficiary("child", date(2001, 9, 1), fiscally_dependent=True)
GLASSES = {("glasses", key): Balance(15_000, 0) for key in ("2023-2024", "2024-2025")}


@dataclass(frozen=True, slots=True)
class Case:
    """A request, and what a peer is told of it; `peer` is None where the peers' rules have no such article."""

    name: str
    request: Request
    beneficiary: Beneficiary = SPOUSE
    limits: Mapping[tuple[str, str], Balance] = field(default_factory=dict)
    peer: Mapping[str, Any] | None = None


def cpu_us(work: Callable[[], object]) -> float:
    """Return the best round: the least disturbed one."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(RUNS):
            work()
        best = min(best, time.process_time() - started)
    return best / RUNS * 1e6


def floor() -> Decision:
    steps = [Step("rate", "3.6", 15_000, 9_750, {"rate_bps": 6500, "rules": ("FNM-3.6-R2",)}) for _ in range(6)]
    return Decision("pay", 15_000, 7_200, "3.6", tuple(steps))


def request(article: str, service: str, **changes: object) -> Request:
    usual: dict[str, object] = {
        "mode": "indirect",
        "expense_date": date(2024, 3, 11),
        "received_on": date(2024, 4, 2),
        "amount_cents": 15_000,
        "provider_kind": "specialist",
        "provider_specialty": "cardiologia",
        "documents": frozenset({"invoice", "prescription", "dental_form"}),
    }
    return Request(article=article, service=service, **(usual | changes))  # type: ignore[arg-type]


def cases() -> list[Case]:
    dental = (Item(10_000, 1, None, "1001"), Item(5_000, 2, None, "1503"))
    visit = request("3.6", "visita specialistica")
    glasses = request("3.8", "occhiale completo", amount_cents=50_000)
    scan = request("3.5", "risonanza magnetica", mode="direct", amount_cents=40_000)
    receipt = frozenset({"ticket_receipt"})
    ticket = request("3.6", "visita specialistica", ssn_ticket=True, amount_cents=3_615, documents=receipt)
    return [
        Case("3.6 visit: rate, cap, share", visit, SPOUSE, peer={"left": NO_LIMIT, "age": 46}),
        Case("3.8 glasses: rate, limit, share", glasses, CHILD, GLASSES, peer={"left": 25_000, "age": 22}),
        Case("3.5 diagnostics, direct: rate, cap", scan, SELF, peer={"left": NO_LIMIT, "age": 48}),
        Case("5.1 two codes: tariff, counts, share", request("5.1", "cure dentarie", items=dental)),
        Case("3.6 by ticket: redirect", ticket),
    ]


def ours(plan: Plan, case: Case) -> tuple[float, Decision]:
    facts = Facts(MEMBER, case.beneficiary)
    decision = evaluate(plan, case.request, facts, case.limits)
    if decision.outcome != "pay":
        raise SystemExit(f"{case.name}: {decision.outcome}, {decision.reasons}: nothing to time")
    return cpu_us(lambda: evaluate(plan, case.request, facts, case.limits)), decision


def as_peer_reads(case: Case, told: Mapping[str, Any]) -> dict[str, Any]:
    asked = case.request
    return {
        "article": asked.article,
        "mode": asked.mode,
        "amount": asked.amount_cents,
        "relation": case.beneficiary.relation,
        "filed_days": (asked.received_on - asked.expense_date).days,
        **told,
    }


def peer_times(asked: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Install the peers into a venv of their own, and let each decide the cases."""
    script = Path(__file__).with_name("rules_peers.py")
    document = json.dumps({"rounds": PEER_ROUNDS, "runs": PEER_RUNS, "cases": asked})
    with tempfile.TemporaryDirectory(prefix="mutua-bench-") as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-qq", *PEERS.values()], check=True)  # noqa: S603 (fixed words)
        return {peer: json.loads(_output([str(python), str(script), peer], document)) for peer in PEERS}


def _output(command: list[str], document: str) -> str:
    run = subprocess.run(command, input=document, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 (ours)
    return run.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alone", action="store_true", help="leave out OpenFisca-core and zen-engine")
    alone = parser.parse_args().alone
    plan = compile_plan(read_plan_file(plan_files("fnm")[-1]))
    base = cpu_us(floor)
    print(f"{'floor: the objects alone':38} {base:8.2f} µs")
    timed = [(case, *ours(plan, case)) for case in cases()]
    for case, taken, _ in timed:
        verdict = "within" if taken <= BUDGET_US else "above"
        print(f"{case.name:38} {taken:8.2f} µs  {taken / base:4.1f} × floor, {verdict} the budget of {BUDGET_US:g} µs")
    if alone:
        return 0
    shared = [(case, taken, decision, case.peer) for case, taken, decision in timed if case.peer is not None]
    answers = peer_times([as_peer_reads(case, told) for case, _, _, told in shared])
    wrong = 0
    for peer, given in answers.items():
        print(f"\n{PEERS[peer]}, with its trace")
        for (case, taken, decision, _), answer in zip(shared, given, strict=True):
            same = answer["payable"] == decision.payable_cents
            wrong += not same
            verdict = "same amount" if same else f"{answer['payable']} cents, not {decision.payable_cents}"
            print(f"{case.name:38} {answer['us']:8.2f} µs  {answer['us'] / taken:5.1f} × ours, {verdict}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
