"""One million synthetic claims through the engine in order of receipt, limits and all: microseconds of CPU per claim.

The population comes from a seeded generator, so that two runs decide the same; the printed totals show it. The limits
are kept in memory as the ledger keeps them: what a paid claim takes from its windows stands before the next one.
"""

import argparse
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from kit.money import format_eur
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_files import plan_files, read_plan_file
from rules_svc.domain.decision import Balance, Decision, Use
from rules_svc.domain.evaluate import evaluate
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Beneficiary, Facts, Item, Member, Request

CLAIMS = 1_000_000
CLAIMS_A_PERSON = 5
SEED = 20_230_701
FIRST_DAY = date(2024, 1, 1)
DAYS = 730
# (article, service, cheapest, dearest, codes): what members ask for most.
SERVICES: tuple[tuple[str, str, int, int, tuple[str, ...]], ...] = (
    ("3.6", "visita specialistica", 6_000, 25_000, ()),
    ("3.5", "ecografia addominale", 4_000, 60_000, ()),
    ("3.8", "occhiale completo", 8_000, 90_000, ()),
    ("3.4", "visita specialistica", 1_500, 7_000, ()),
    ("5.1", "cure dentarie", 6_000, 30_000, ("1001", "1002", "1503", "1201", "1401")),
)
DOCUMENTS = {"3.4": frozenset({"ticket_receipt"}), "5.1": frozenset({"invoice", "dental_form"})}
USUAL_DOCUMENTS = frozenset({"invoice", "prescription"})
RELATIONS = ("member", "spouse", "child", "child")

Claim = tuple[int, Request, Facts]
Account = dict[tuple[str, str], Balance]


def people(count: int, chance: random.Random) -> list[Facts]:
    """Make the persons: members, spouses and children of every age."""
    made = []
    for index in range(count):
        born = date(1955 + chance.randrange(40), 1 + chance.randrange(12), 1 + chance.randrange(28))
        member = Member("employee", date(2010, 3, 1), born)
        relation = RELATIONS[index % len(RELATIONS)]
        own = date(1996 + chance.randrange(25), 1 + chance.randrange(12), 1) if relation == "child" else born
        made.append(Facts(member, Beneficiary(relation, own, fiscally_dependent=True)))
    return made


def claims(count: int, chance: random.Random) -> Iterator[Claim]:
    """Give claims in order of receipt, each of a person by chance."""
    persons = people(max(1, count // CLAIMS_A_PERSON), chance)
    for index in range(count):
        received = FIRST_DAY + timedelta(days=index * DAYS // count)
        spent = received - timedelta(days=chance.randrange(130))
        article, service, cheapest, dearest, codes = chance.choice(SERVICES)
        amount = chance.randrange(cheapest, dearest)
        items = (Item(amount, 1, None, chance.choice(codes)),) if codes else ()
        person = chance.randrange(len(persons))
        yield (
            person,
            Request(
                mode="direct" if chance.random() < 0.3 else "indirect",  # noqa: PLR2004 (three in ten)
                article=article,
                expense_date=spent,
                received_on=received,
                amount_cents=amount,
                items=items,
                ssn_ticket=article == "3.4",
                provider_kind="optician" if article == "3.8" else "specialist",
                provider_specialty="cardiologia",
                service=service,
                documents=DOCUMENTS.get(article, USUAL_DOCUMENTS),
            ),
            persons[person],
        )


def consume(account: Account, decision: Decision, day: date) -> None:
    """Post what a paid claim takes, as the limits ledger does."""
    for posting in decision.postings:
        key = (posting.limit_id, posting.window_key)
        before = account.get(key, Balance(0, 0))
        uses = (*before.uses, Use(day, posting.amount))
        account[key] = Balance(before.consumed + posting.amount, 0, uses)


def run(plan: Plan, made: list[Claim]) -> tuple[float, Counter[str], int]:
    """Decide all claims and return the CPU seconds, the outcomes and the cents paid."""
    accounts: dict[int, Account] = {}
    outcomes: Counter[str] = Counter()
    paid = 0
    started = time.process_time()
    for person, request, facts in made:
        account = accounts.get(person)
        if account is None:
            account = accounts[person] = {}
        decision = evaluate(plan, request, facts, account)
        outcomes[decision.outcome] += 1
        if decision.outcome == "pay":
            paid += decision.payable_cents
            if decision.postings:
                consume(account, decision, request.expense_date)
    return time.process_time() - started, outcomes, paid


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="?", type=int, default=CLAIMS, help=f"how many ({CLAIMS})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the generator ({SEED})")
    given = parser.parse_args()
    plan = compile_plan(read_plan_file(plan_files("fnm")[-1]))
    started = time.process_time()
    # Not cryptography: the same seed must give the same claims.
    made = list(claims(given.claims, random.Random(given.seed)))
    print(f"{given.claims:,} claims made in {time.process_time() - started:.1f} s of CPU (not counted below)")
    seconds, outcomes, paid = run(plan, made)
    print(f"decided, explained and posted in {seconds:.2f} s of CPU: {seconds / given.claims * 1e6:.2f} µs a claim")
    print(", ".join(f"{name} {count:,}" for name, count in sorted(outcomes.items())), f"; paid € {format_eur(paid)}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
