"""Chapters 9 and 10: a decision reviewed and corrected; a birth, paid in four instalments."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from mutua_local.demo.claims_story import Refused, decided, in_state, send_claim
from mutua_local.demo.client import eventually
from mutua_local.demo.stage import Stage
from mutua_local.demo.timeline import CheckFailed, eur
from mutua_local.people import Person

_VISIT_CENTS = 9000
_BIRTH_CENTS = 45000


async def play_afterwards(stage: Stage, late: Refused) -> None:
    """Review the claim that came too late, and welcome a child."""
    await _review(stage, late)
    await _birth(stage)


async def _review(stage: Stage, late: Refused) -> None:
    line, rossi = stage.timeline, stage.rossi
    after = stage.days.shift(stage.days.payment_day(stage.start.year, stage.start.month), 2)
    line.chapter(9, "A review: the fund corrects itself")
    moment = await stage.at(after, 9, 0)
    right = (late.dated + timedelta(days=1)).isoformat()
    path = f"/v1/claims/{late.claim_id}/reviews"
    asked = await rossi.caller.post(path, {"reason": f"La fattura è del {right}: la data era stata letta male."})
    line.event(moment, f"{rossi.name} asks for a review of the claim that was too late: its date was misread")
    moment = await stage.at(after, 11, 30)
    item = await _taken_for(stage, late.claim_id)
    answer = {"outcome": "corrected", "reason_codes": ["facts_put_right"], "facts": {"document_date": right}}
    await stage.operator.post(f"{path}/{asked['review_request_id']}/answer", answer)
    line.event(moment, f"Giulia Bianchi takes it from the desk ({item['kind']}) and puts the date right")
    claim = await decided(rossi.caller, late.claim_id, revision=2)
    line.steps(claim["steps"])
    line.check("the corrected claim", claim["payable_cents"], _VISIT_CENTS)

    async def look() -> int | None:
        page = await stage.officer.get("/v1/payables", payee_id=rossi.member_id, limit=200)
        return sum(item["amount_cents"] for item in page["items"] if item["state"] == "open") or None

    line.check("what is owed", await eventually("the corrected claim to be payable", look), _VISIT_CENTS)
    line.well(f"a new revision, decided by the rules with its first day of receipt: {eur(_VISIT_CENTS)} are payable")


async def _taken_for(stage: Stage, claim_id: str) -> dict[str, Any]:
    """Take work from the desk until the item is that of a claim, and give the rest back."""
    others: list[str] = []
    try:
        while True:
            item: dict[str, Any] | None = (await stage.operator.post("/v1/work-items/next"))["item"]
            if item is None:
                raise CheckFailed("the desk does not hold the review request")
            if item["claim_id"] == claim_id:
                return item
            others.append(item["item_id"])
    finally:
        for one in others:
            await stage.operator.post(f"/v1/work-items/{one}/release")


async def _birth(stage: Stage) -> None:
    line, verdi = stage.timeline, stage.verdi
    born = stage.days.payment_day(stage.start.year, stage.start.month)
    line.chapter(10, "A birth: four instalments (article 7.2)")
    moment = await stage.at(born + timedelta(days=10), 10, 0)
    child = Person("child", "Emma", "Verdi", "F", born)
    household = replace(verdi.household, family=(child,))
    registered = await stage.office.put(f"/v1/members/by-number/{household.number}", household.body())
    person_id = next(one["person_id"] for one in registered["persons"] if one["relation"] == "child")
    issuer = {"title": "Autocertificazione di nascita", "issuer": verdi.name, "issuer_line": "Socio dipendente"}
    paper = await stage.print_paper(
        verdi.caller, "self_declaration", child, born, lines=[("Nata a Milano", None)], **issuer
    )
    claim = await send_claim(
        verdi,
        [paper],
        person_id=person_id,
        article="7.2",
        document_date=born.isoformat(),
        provider={"kind": "none"},
        service="natalità",
        extra={"child_order": 1, "children_in_tax_load": True},
    )
    line.event(moment, f"{verdi.name} declares the birth of {child.first_name}: {claim['case_number']}")
    line.steps(claim["steps"])
    line.check("the first instalment", claim["payable_cents"], _BIRTH_CENTS)
    claim = await in_state(verdi.caller, claim["claim_id"], "settled")
    line.well(f"{eur(_BIRTH_CENTS)} now; three more, each checked again in its month: membership and contributions")
