"""One million synthetic claims in order of receipt, limits and all: by the engine, and by columns.

The population comes from a seeded generator, so that two runs decide the same; the printed totals show it. What a paid
claim takes from its limits stands before the next one, as in the ledger. The engine explains every claim and gives the
official figure; the columns must come to the same outcome and cents on every row, else the bench fails.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from kit.money import format_eur
from rules_svc.adapters.claim_table import table_of
from rules_svc.adapters.columnar import OUTCOMES, decide_all
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_files import plan_files, read_plan_file
from rules_svc.adapters.population import read_population, synthetic_claims
from rules_svc.domain.simulation import Books

CLAIMS = 1_000_000
SEED = 20_230_701
T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the CPU seconds of a piece of work, and its result."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def main() -> int:
    """Make the claims, decide them twice, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("claims", nargs="?", type=int, default=CLAIMS, help=f"how many ({CLAIMS})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the generator ({SEED})")
    given = parser.parse_args()
    source = read_plan_file(plan_files("fnm")[-1])
    plan = compile_plan(source)
    made = synthetic_claims(read_population("fnm"), claims=given.claims, seed=given.seed, first_day=date(2024, 1, 1))
    seconds, table = timed(lambda: table_of(made))
    print(f"{given.claims:,} claims made and written as columns in {seconds:.1f} s of CPU (not counted below)")

    columns, decided = timed(lambda: decide_all(plan, source.file, table))
    print(f"by columns in {columns:.2f} s of CPU: {columns / given.claims * 1e6:.2f} µs a claim", end="")
    print(f"; {decided.by_engine:,} claims left to the engine")
    books = Books(lambda _day: plan)
    engine, official = timed(lambda: [books.decide(claim)[0:3:2] for claim in table.claims])
    print(f"by the engine in {engine:.2f} s of CPU: {engine / given.claims * 1e6:.2f} µs a claim, explained", end="")
    print(f"; {engine / columns:.0f} × the columns")

    ours = zip(decided.outcome.tolist(), decided.payable.tolist(), strict=True)
    differing = sum((OUTCOMES[o], p) != one for (o, p), one in zip(ours, official, strict=True))
    counts, paid = Counter(outcome for outcome, _ in official), sum(cents for _, cents in official)
    print(", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())), f"; paid € {format_eur(paid)}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB; {differing} rows differ")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
