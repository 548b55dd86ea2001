"""The months of article 1.4: what is transferred, what stays for the next month, and the day of payment."""

from collections.abc import Iterator, Sequence

from kit.cases import Answer, Case, Plan
from kit.money import format_eur
from kit.workdays import WorkingDays
from payout_svc.domain.payment_terms import PaymentTerms
from payout_svc.domain.run_month import RunMonth, execution_day
from payout_svc.entrypoints.consumed_events import PlanPublished
from payout_svc.entrypoints.consumers import payment_terms

_FUND = "fnm"


def fnm_payout(case: Case, plans: Sequence[Plan]) -> Answer:
    """Run month after month on one member's balance, each as a run of its own month plans it."""
    known = [payment_terms(PlanPublished.model_validate(plan)) for plan in plans if plan["fund"] == _FUND]
    approved = {RunMonth.parse(text): cents for text, cents in case["balances_cents"].items()}
    last = max([*approved, *(RunMonth.parse(text) for text in case["expect"])])
    balance, paid, dates, lines = 0, {}, {}, []
    for month in _months(min(approved), last):
        balance += approved.get(month, 0)
        transfer = balance if _terms_of(known, month).pays(balance, month) else 0
        balance -= transfer
        paid[str(month)] = transfer
        if transfer:
            dates[str(month)] = execution_day(month, month.first_day, WorkingDays()).isoformat()
        lines.append(f"{month}: {format_eur(transfer)} paid {dates.get(str(month), '')}, {format_eur(balance)} stays")
    return Answer({**paid, "dates": dates}, lines)


def _months(first: RunMonth, last: RunMonth) -> Iterator[RunMonth]:
    while first <= last:
        yield first
        first = first.shifted(1)


def _terms_of(known: Sequence[PaymentTerms], month: RunMonth) -> PaymentTerms:
    found = [terms for terms in known if terms.in_force_on(month.last_day)]
    if not found:
        raise LookupError(f"no plan of {_FUND} is in force in {month}")
    return max(found, key=lambda terms: terms.effective_from)
