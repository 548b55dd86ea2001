"""Chapters 1 to 5: indirect claims."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mutua_local.demo.client import Caller, eventually
from mutua_local.demo.stage import Member, Stage
from mutua_local.demo.timeline import eur

CARDIOLOGIST = {"kind": "specialist", "specialty": "cardiologia", "vat_number": "12345670017"}
DENTIST = {"kind": "dentist", "vat_number": "00743110157"}
OPTICIAN = {"kind": "optician", "vat_number": "00488410010"}
PUBLIC = {"kind": "public"}
CONSENTS = {"consents": {"upload_rules": True, "privacy_notice": True, "health_data": True}}
_DECIDED = frozenset({"approved", "settled", "rejected", "suspended", "referred", "paid"})


@dataclass(frozen=True, slots=True)
class Refused:
    """A claim that was refused, with the date of its invoice."""

    claim_id: str
    dated: date


async def play_claims(stage: Stage) -> Refused:
    """Play the claims of the month; return the one that came too late."""
    await _visit(stage)
    await _spouse(stage)
    await _dentist(stage)
    await _glasses(stage)
    return await _late(stage)


async def send_claim(member: Member, documents: list[str], **expense: Any) -> dict[str, Any]:
    """Open a case with one claim, send it, and wait until it is decided."""
    caller = member.caller
    case = await caller.post("/v1/cases")
    body = {"documents": [{"document_id": one} for one in documents], **expense}
    added = await caller.post(f"/v1/cases/{case['case_id']}/claims", body)
    await caller.post(f"/v1/cases/{case['case_id']}/submit", CONSENTS)
    return await decided(caller, added["claim_id"])


async def decided(caller: Caller, claim_id: str, *, revision: int = 1) -> dict[str, Any]:
    """Wait until the rules have decided a claim."""

    async def look() -> dict[str, Any] | None:
        claim: dict[str, Any] = await caller.get(f"/v1/claims/{claim_id}")
        return claim if claim["state"] in _DECIDED and claim["revision"] == revision else None

    return await eventually("the decision of a claim", look)


async def in_state(caller: Caller, claim_id: str, state: str) -> dict[str, Any]:
    """Wait until a claim is in a state."""

    async def look() -> dict[str, Any] | None:
        claim: dict[str, Any] = await caller.get(f"/v1/claims/{claim_id}")
        return claim if claim["state"] == state else None

    return await eventually(f"a claim to be {state}", look)


async def ticket(stage: Stage, member: Member, day: date, cents: int) -> dict[str, Any]:
    """Send the ticket of a public hospital, which the plan pays in full (article 3.4)."""
    person = member.person("member")
    line = ("Ticket SSN visita specialistica", cents)
    parts = {"title": "Ricevuta ticket", "issuer": "ASST Valle Olona", "issuer_line": "Presidio di Saronno"}
    receipt = await stage.print_paper(member.caller, "ticket_receipt", person, day, lines=[line], **parts)
    return await send_claim(
        member,
        [receipt],
        person_id=member.person_ids["member"],
        article="3.4",
        document_number="T-1",
        document_date=day.isoformat(),
        amount_cents=cents,
        ssn_ticket=True,
        provider=PUBLIC,
        service="visita specialistica",
    )


async def _cardiology_visit(stage: Stage, relation: str, day: date, number: str) -> dict[str, Any]:
    rossi = stage.rossi
    person = rossi.person(relation)
    invoice = await stage.print_paper(
        rossi.caller,
        "invoice",
        person,
        day,
        title=f"Fattura {number}",
        issuer="dott. Carlo Verri",
        issuer_line="Medico chirurgo, specialista in cardiologia",
        lines=[("Visita specialistica cardiologica", 15000)],
    )
    return await send_claim(
        rossi,
        [invoice],
        person_id=rossi.person_ids[relation],
        article="3.6",
        document_number=number,
        document_date=day.isoformat(),
        amount_cents=15000,
        provider=CARDIOLOGIST,
        service="visita specialistica",
        extra={"specialization_on_invoice": True},
    )


async def _visit(stage: Stage) -> None:
    line, day = stage.timeline, stage.days.shift(stage.start, 1)
    line.chapter(1, "A cardiological visit, reimbursed")
    moment = await stage.at(day, 9, 15)
    me = await stage.rossi.caller.get("/v1/me")
    family = ", ".join(f"{one['first_name']} ({one['relation']})" for one in me["persons"])
    line.event(moment, f"{stage.rossi.name} logs in and sees the family: {family}")
    line.detail(f"reimbursements go to {me['bank_account']['iban']}")
    claim = await _cardiology_visit(stage, "member", day - timedelta(days=12), "2027/15")
    line.event(moment, f"uploads the PDF invoice of {eur(15000)} and sends {claim['case_number']} with the consents")
    line.steps(claim["steps"])
    line.check("the visit", claim["payable_cents"], 9000)
    line.well(f"{claim['state_label_it']}: {eur(claim['payable_cents'])} (65 % is 97,50, article 3.6 stops at 90,00)")


async def _spouse(stage: Stage) -> None:
    line, day = stage.timeline, stage.days.shift(stage.start, 1)
    line.chapter(2, "The same visit for the spouse")
    moment = await stage.at(day, 9, 40)
    claim = await _cardiology_visit(stage, "spouse", day - timedelta(days=5), "2027/18")
    line.event(moment, f"{stage.rossi.name} sends the invoice of Lucia, {eur(15000)}: {claim['case_number']}")
    line.steps(claim["steps"])
    line.check("the spouse's visit", claim["payable_cents"], 7200)
    line.well(f"{eur(claim['payable_cents'])}: a dependent spouse has 80 % (article 1.2)")


async def _dentist(stage: Stage) -> None:
    line, day = stage.timeline, stage.days.shift(stage.start, 2)
    rossi = stage.rossi
    line.chapter(3, "At the dentist: two codes of article 5.1")
    moment = await stage.at(day, 18, 5)
    fillings = [("1503 otturazione I-II classe", 12000), ("1504 otturazione III-IV-V classe", 13000)]
    parts = {"issuer": "Studio dentistico Lario", "issuer_line": "dott.ssa Anna Pini, odontoiatra", "lines": fillings}
    person, dated = rossi.person("member"), day - timedelta(days=3)
    invoice = await stage.print_paper(rossi.caller, "invoice", person, dated, title="Fattura 77", **parts)
    form = await stage.print_paper(
        rossi.caller, "dental_form", person, dated, title="Modulo prestazioni odontoiatriche", **parts
    )
    claim = await send_claim(
        rossi,
        [invoice, form],
        person_id=rossi.person_ids["member"],
        article="5.1",
        document_number="77",
        document_date=dated.isoformat(),
        amount_cents=25000,
        items=[{"code": text[:4], "quantity": 1, "amount_cents": cents} for text, cents in fillings],
        provider=DENTIST,
        service="cure dentarie",
    )
    line.event(moment, f"{rossi.name} sends two fillings with the dentist's amounts, 120,00 and 130,00 €")
    line.steps(claim["steps"])
    line.check("the dentist", claim["payable_cents"], 11500)
    line.well(f"{eur(claim['payable_cents'])}: tariff 50,00 for 1503, half of 130,00 for 1504")


async def _glasses(stage: Stage) -> None:
    line, day = stage.timeline, stage.days.shift(stage.start, 3)
    rossi = stage.rossi
    child, dated = rossi.person("child"), day - timedelta(days=10)
    line.chapter(4, "Glasses without their prescription")
    moment = await stage.at(day, 20, 30)
    parts = {"issuer": "Ottica Centrale", "issuer_line": "Saronno", "lines": [("Occhiale completo", 20000)]}
    invoice = await stage.print_paper(rossi.caller, "invoice", child, dated, title="Fattura 310", **parts)
    claim = await send_claim(
        rossi,
        [invoice],
        person_id=rossi.person_ids["child"],
        article="3.8",
        document_number="310",
        document_date=dated.isoformat(),
        amount_cents=20000,
        provider=OPTICIAN,
        service="occhiale completo",
        extra={"prescriber": "oculist", "prescription_date": (dated - timedelta(days=20)).isoformat()},
    )
    line.event(moment, f"{rossi.name} sends the glasses of Sofia, {eur(20000)}: {claim['case_number']}")
    line.check("the glasses", claim["state"], "suspended")
    for missing in claim["missing"]:
        line.detail(f"missing, art. {missing['article']}: {missing['text_en']}")
    line.well(f"{claim['state_label_it']}: it can be completed until {claim['lapses_on']}")
    mail = await stage.mail(rossi, claim["case_number"])
    line.detail(f"e-mail: {mail.subject}")
    await _complete(stage, claim, day)


async def _complete(stage: Stage, claim: dict[str, Any], day: date) -> None:
    line, rossi = stage.timeline, stage.rossi
    moment = await stage.at(stage.days.shift(day, 1), 8, 45)
    parts = {"issuer": "dott. Ugo Sala", "issuer_line": "Medico oculista", "lines": [("Lenti da vista", None)]}
    child, dated = rossi.person("child"), day - timedelta(days=30)
    prescription = await stage.print_paper(rossi.caller, "prescription", child, dated, title="Prescrizione", **parts)
    await rossi.caller.post(f"/v1/claims/{claim['claim_id']}/documents", {"documents": [{"document_id": prescription}]})
    claim = await decided(rossi.caller, claim["claim_id"], revision=2)
    line.event(moment, "the prescription follows; the claim keeps its date of receipt")
    line.steps(claim["steps"])
    line.check("the completed glasses", claim["payable_cents"], 12000)
    line.well(f"{claim['state_label_it']}: {eur(claim['payable_cents'])}")


async def _late(stage: Stage) -> Refused:
    line, day = stage.timeline, stage.days.shift(stage.start, 4)
    dated = day - timedelta(days=121)
    line.chapter(5, "One day too late")
    moment = await stage.at(day, 10, 0)
    claim = await _cardiology_visit(stage, "member", dated, "2026/201")
    line.event(moment, f"{stage.rossi.name} sends an invoice of 121 days ago: {claim['case_number']}")
    line.check("the late claim", claim["state"], "rejected")
    line.check("its article", claim["reasons"][0]["article"], "1.1")
    for reason in claim["reasons"]:
        line.detail(f"art. {reason['article']}: {reason['text_en']}")
        line.check("what would have made it payable", bool(reason["remedy_en"]), expected=True)
        line.detail(reason["remedy_en"])
    line.well(f"{claim['state_label_it']}, citing article 1.1")
    return Refused(claim["claim_id"], dated)
