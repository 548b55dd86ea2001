"""Chapters 7 and 8: the month end and the bank's answer."""

from datetime import datetime
from typing import Any

from mutua_local.demo.bank import PaymentFile, Transfer, read_payment_file, status_report
from mutua_local.demo.claims_story import in_state, ticket
from mutua_local.demo.client import eventually
from mutua_local.demo.direct_story import PlayedBooking
from mutua_local.demo.stage import Member, Stage
from mutua_local.demo.timeline import eur

ROSSI_CENTS = 9000 + 7200 + 11500 + 12000
NERI_CENTS = 12000
NEW_IBAN = "IT68D0300203280000400162854"


async def play_month_end(stage: Stage, booking: PlayedBooking) -> None:
    """Pay the month, and hear what the bank says."""
    line = stage.timeline
    pay_day = stage.days.payment_day(stage.start.year, stage.start.month)
    line.chapter(7, "The month end")
    moment = await stage.at(stage.days.shift(pay_day, -3), 9, 0)
    exact = await ticket(stage, stage.verdi, stage.start, 5000)
    refused = await ticket(stage, stage.neri, stage.start, NERI_CENTS)
    line.event(moment, f"{stage.verdi.name} claims a ticket of {eur(5000)}, {stage.neri.name} one of {eur(NERI_CENTS)}")
    line.check("the two tickets", (exact["payable_cents"], refused["payable_cents"]), (5000, NERI_CENTS))
    await _all_payable(stage, booking)
    await _check_samples(stage, moment)
    run = await _dry_run(stage, booking)
    file = await _execute(stage, run)
    await _bank_answers(stage, file, refused["claim_id"])


async def _payables(stage: Stage, payee_id: str) -> int:
    page = await stage.officer.get("/v1/payables", payee_id=payee_id, limit=200)
    return sum(item["amount_cents"] for item in page["items"] if item["state"] == "open")


async def _all_payable(stage: Stage, booking: PlayedBooking) -> None:
    expected = {
        stage.rossi.member_id: ROSSI_CENTS,
        stage.verdi.member_id: 5000,
        stage.neri.member_id: NERI_CENTS,
    }

    async def look() -> bool | None:
        seen = {payee_id: await _payables(stage, payee_id) for payee_id in expected}
        at_least = await _payables(stage, booking.facility_id) >= booking.fund_share_cents
        return True if seen == expected and at_least else None

    await eventually("every settled claim to be payable", look)


async def _check_samples(stage: Stage, moment: datetime) -> None:
    """Check the claims that were drawn by sample, if any: until then their payment waits."""

    async def look() -> int | None:
        drawn = (await stage.operator.get("/v1/work-items", kind="sample", limit=200))["items"]
        for item in drawn:
            await stage.operator.post(f"/v1/claims/{item['claim_id']}/sample-check", {"result": "regular"})
            stage.timeline.event(moment, f"Giulia Bianchi checks {item['case_number']}, drawn by sample: regular")
        waiting = (await stage.officer.get("/v1/payout-holds/claim-checks"))["items"]
        return None if drawn or waiting else 0

    await eventually("every check by sample to be closed", look)


async def _dry_run(stage: Stage, booking: PlayedBooking) -> dict[str, Any]:
    line = stage.timeline
    pay_day = stage.days.payment_day(stage.start.year, stage.start.month)
    moment = await stage.at(pay_day, 9, 30)
    run: dict[str, Any] = await stage.officer.post("/v1/payout-runs", {"month": f"{stage.start:%Y-%m}"})
    line.event(moment, f"Paolo Conti prepares the run of {run['month']}: a dry run, no money moves")
    paid, carried, held = run["paid"], run["carried_over"], run["held"]
    line.detail(f"to pay: {paid['payees']} payees, {eur(paid['amount_cents'])} on {run['execution_on']}")
    line.detail(f"carried over: {carried['payees']}, {eur(carried['amount_cents'])}; held: {held['payees']}")
    line.check("the execution date", run["execution_on"], pay_day.isoformat())
    lines = await _lines(stage, run)
    ours = {stage.rossi.member_id, stage.verdi.member_id, stage.neri.member_id}
    seen = {one["payee_id"]: (one["outcome"], one["amount_cents"]) for one in lines if one["payee_id"] in ours}
    expected = {
        stage.rossi.member_id: ("pay", ROSSI_CENTS),
        stage.verdi.member_id: ("carry", 5000),
        stage.neri.member_id: ("pay", NERI_CENTS),
    }
    line.check("this month's members", seen, expected)
    facility = [one for one in lines if one["payee_id"] == booking.facility_id]
    line.check("the facility", [one["outcome"] for one in facility], ["pay"])
    for one in lines:
        line.detail(f"{one['outcome']:<5} {one['name']:<34} {eur(one['amount_cents']):>12}")
    line.well(f"strictly above {eur(5000)} is paid; {stage.verdi.name}'s 50,00 exactly is carried over (article 1.4)")
    return run


async def _lines(stage: Stage, run: dict[str, Any]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await stage.officer.get(f"/v1/payout-runs/{run['run_id']}/lines", limit=200, **cursor)
        lines += page["items"]
        if page["next_cursor"] is None:
            return lines
        cursor = {"cursor": page["next_cursor"]}


async def _execute(stage: Stage, run: dict[str, Any]) -> PaymentFile:
    line = stage.timeline
    pay_day = stage.days.payment_day(stage.start.year, stage.start.month)
    path = f"/v1/payout-runs/{run['run_id']}"
    moment = await stage.at(pay_day, 10, 15)
    await stage.approver.post(f"{path}/approve")
    line.event(moment, "Anna Ferri approves: a second person, by constraint of the database")
    moment = await stage.at(pay_day, 10, 20)
    sent = await stage.officer.post(f"{path}/execute")
    line.event(moment, f"Paolo Conti executes: {eur(sent['paid']['amount_cents'])} to {sent['paid']['payees']} payees")
    content = await stage.officer.fetch(f"{path}/file")
    file = read_payment_file(content)
    total = sum(one.amount_cents for one in file.transfers)
    line.check("the control sum of the bank file", file.control_sum_cents, run["paid"]["amount_cents"])
    line.check("the sum of its transfers", total, run["paid"]["amount_cents"])
    line.check("its execution date", file.execution_on, pay_day.isoformat())
    line.well(f"pain.001.001.09, valid by its XSD: {len(file.transfers)} transfers, control sum {eur(total)}")
    for member in (stage.rossi, stage.neri):
        mail = await stage.mail(member, "onifico")
        line.detail(f"e-mail to {member.name}: {mail.subject}")
    return file


async def _bank_answers(stage: Stage, file: PaymentFile, claim_id: str) -> None:
    line, neri = stage.timeline, stage.neri
    line.chapter(8, "The bank sends one transfer back")
    after = stage.days.shift(stage.days.payment_day(stage.start.year, stage.start.month), 1)
    moment = await stage.at(after, 8, 30)
    transfer = _transfer_of(file, neri)
    report = status_report(file, {transfer.end_to_end_id: "AC04"}, moment)
    answer = await stage.officer.post_file("/v1/bank-reports", report, "application/xml")
    line.event(moment, f"the status report (pain.002): {answer['accepted']} accepted, {answer['rejected']} rejected")
    line.check("the report", (answer["rejected"], answer["unmatched"]), (1, []))
    claim = await in_state(neri.caller, claim_id, "returned")
    line.check("the balance of the returned transfer", await _payables(stage, neri.member_id), NERI_CENTS)
    line.well(f"{neri.name}'s claim is {claim['state_label_it']}; {eur(NERI_CENTS)} are open again")
    mail = await stage.mail(neri, "IBAN")
    line.detail(f"e-mail to {neri.name}: {mail.subject}")
    await _new_iban(stage, neri)
    again = await stage.officer.post_file("/v1/bank-reports", report, "application/xml")
    line.check("the same report again", again["replayed"], expected=True)
    line.well("the same report again changes nothing")


def _transfer_of(file: PaymentFile, member: Member) -> Transfer:
    return next(one for one in file.transfers if one.iban == member.household.iban)


async def _new_iban(stage: Stage, member: Member) -> None:
    async def asked() -> bool | None:
        me = await member.caller.get("/v1/me")
        return True if any(task["kind"] == "new_iban" for task in me["tasks"]) else None

    await eventually("the member to be asked for a new IBAN", asked)
    account = await member.caller.put("/v1/me/bank-account", {"iban": NEW_IBAN, "holder": member.name})
    stage.timeline.check("the new account", account["state"], "active")
    stage.timeline.well(f"{member.name} gives a new IBAN: the next run pays the balance")
