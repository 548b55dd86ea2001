"""The golden cases of article 1.4, month by month through the real planning."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from payout_factories import FundDriver

from kit.cases import check, read_cases
from kit.clock import FixedClock
from payout_svc.domain.run_month import RunMonth
from payout_svc.entrypoints.cases import HANDLERS

CASES = read_cases(Path(__file__).parents[4] / "tests" / "cases" / "fnm.json", "FNM payout")
TERMS = {"threshold_cents": 5000, "strictly_greater": True, "except_months": [12]}
PUBLISHED = {"plan_id": "fnm", "fund": "fnm", "effective_from": "2020-01-01", "effective_to": None, "payment": TERMS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_payout_case_by_the_terms_alone(case: dict[str, Any]) -> None:
    check(HANDLERS, case, [PUBLISHED])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
async def test_payout_case(case: dict[str, Any], fund: FundDriver, clock: FixedClock) -> None:
    member = await fund.enrol()
    for text, cents in case["balances_cents"].items():
        month = RunMonth.parse(text)
        clock.set(datetime(month.year, month.month, 20, 12, tzinfo=UTC))
        await fund.settle(member, cents, on=clock.now().date())
        run = await fund.pay(month)
        assert run.totals.paid_cents == case["expect"][text], (text, case["explain"])
        assert (run.file is None) == (case["expect"][text] == 0)
        if text in case["expect_dates"]:
            assert run.execution_on.isoformat() == case["expect_dates"][text]
    assert await fund.is_balanced()
    paid = sum(case["expect"].values())
    assert await fund.owed(member) == sum(case["balances_cents"].values()) - paid
