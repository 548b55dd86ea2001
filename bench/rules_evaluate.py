"""Microseconds of CPU for one explained evaluation, beside a floor measured in the same run.

The floor makes the same objects that an explained decision must return (a decision of six steps) and decides nothing.
Budget: 10 µs on a quiet machine; on a busy one read the ratio to the floor.
"""

import time
from collections.abc import Callable
from datetime import date

from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_files import plan_files, read_plan_file
from rules_svc.domain.decision import Balance, Decision, Step
from rules_svc.domain.evaluate import evaluate
from rules_svc.domain.request import Beneficiary, Facts, Item, Member, Request

ROUNDS = 7
RUNS = 4_000
BUDGET_US = 10.0


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


def main() -> None:
    plan = compile_plan(read_plan_file(plan_files("fnm")[-1]))
    member = Member("employee", date(2010, 3, 1), date(1975, 6, 15))
    facts = Facts(member, Beneficiary("spouse", date(1978, 2, 20), fiscally_dependent=True))
    glasses = {("glasses", key): Balance(10_000, 5_000) for key in ("2023-2024", "2024-2025")}
    dental = (Item(10_000, 1, None, "1001"), Item(5_000, 2, None, "1503"))
    base = cpu_us(floor)
    print(f"{'floor: the objects alone':42} {base:7.2f} µs")
    for name, asked, limits in (
        ("3.6 visit, rate, cap, share", request("3.6", "visita specialistica"), {}),
        ("3.8 glasses, rate, limit, share", request("3.8", "occhiale completo"), glasses),
        ("5.1 two codes, tariff, counts, share", request("5.1", "cure dentarie", items=dental), {}),
        ("3.6 by ticket, redirect", request("3.6", "visita specialistica", ssn_ticket=True), {}),
    ):
        taken = cpu_us(lambda asked=asked, limits=limits: evaluate(plan, asked, facts, limits))  # type: ignore[misc]
        verdict = "within" if taken <= BUDGET_US else "above"
        print(f"{name:42} {taken:7.2f} µs  {taken / base:4.1f} × floor  {verdict} the budget of {BUDGET_US:g} µs")


if __name__ == "__main__":
    main()
