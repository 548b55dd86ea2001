"""The demo's end: the ledger, the parked events, and the state of every claim."""

from typing import Any

from mutua_local.demo.claims_story import Refused, in_state
from mutua_local.demo.client import eventually
from mutua_local.demo.stage import Member, Stage
from mutua_local.demo.timeline import eur

SERVICES = ("claims", "bookings", "rules", "payouts", "notify")
FINAL = frozenset({"paid", "rejected", "returned", "settled"})


async def check_everything(stage: Stage, late: Refused) -> None:
    """Prove that nothing is left over; what was settled after the month end waits for the next run."""
    line = stage.timeline
    print("\nThe check")
    ledger = await stage.officer.get("/v1/ledger/balance-check")
    line.check("the ledger", (ledger["balanced"], ledger["sum_cents"]), (True, 0))
    line.well(f"the ledger's {ledger['transactions']} transactions sum to zero")
    for service in SERVICES:
        await _nothing_waits(stage, service)
    line.well("no event parked, no outbox waiting, in any service")
    for member in (stage.rossi, stage.verdi, stage.neri):
        await _claims_explained(stage, member, late)
    print(f"\nAll {line.checks} checks passed. See the e-mails: http://127.0.0.1:{stage.settings.ports.mailbox}")


async def _nothing_waits(stage: Stage, service: str) -> None:
    async def look() -> dict[str, Any] | None:
        status: dict[str, Any] = await stage.office.get(f"/v1/operations/{service}/status")
        return status if status["outbox_waiting"] == 0 else None

    status = await eventually(f"the outbox of {service} to be empty", look)
    stage.timeline.check(f"the parked events of {service}", status["parked"], [])


async def _claims_explained(stage: Stage, member: Member, late: Refused) -> None:
    cases = (await member.caller.get("/v1/cases", limit=200))["items"]
    for claim in [claim for case in cases for claim in case["claims"]]:
        if claim["state"] == "settled" and member is not stage.verdi and claim["claim_id"] != late.claim_id:
            claim = await in_state(member.caller, claim["claim_id"], "paid")  # noqa: PLW2901 (the same claim, later)
        stage.timeline.check(f"a claim of {member.name}", claim["state"] in FINAL, expected=True)
        explanation = await member.caller.get(f"/v1/claims/{claim['claim_id']}/explanation")
        stage.timeline.check("its explanation", bool(explanation["steps"] or explanation["reasons"]), expected=True)
    total = sum(claim["settled_cents"] for case in cases for claim in case["claims"])
    states = ", ".join(sorted(claim["state_label_it"] for case in cases for claim in case["claims"]))
    stage.timeline.well(f"{member.name}: {eur(total)} granted; {states}")
