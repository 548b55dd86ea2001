"""What the tests of this service send and play: people, documents, events of others."""

import io
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pikepdf

from claims_api.bootstrap import Services
from claims_api.entrypoints.consumers import CONSUMED
from kit.events import Envelope
from kit.inbox import Inbox
from kit.testing.tokens import TokenFactory

MARIO, LAURA, GIULIA = "RSSMRA75H15F205E", "VRDLRA78C52F205M", "RSSGLI04A41F205L"
OTHER = "BNCPLA80A01F205C"
IBAN, NEW_IBAN = "IT60X0542811101000000123456", "IT78S0542811101000000123451"
CONSENTS = {"consents": {"upload_rules": True, "privacy_notice": True, "health_data": True}}
ONE_PIXEL_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002"
    "000001e221bc330000000049454e44ae426082"
)
ONE_PIXEL_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080001000101011100ffd9")


def pdf(text: str = "fattura", **root: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 200))
        document.docinfo["/Title"] = text
        for key, value in root.items():
            document.Root[f"/{key}"] = value
        document.save(out, deterministic_id=True)
    return out.getvalue()


def member_body(**changes: Any) -> dict[str, Any]:
    body = {
        "first_name": "Mario",
        "last_name": "Rossi",
        "fiscal_code": MARIO,
        "birth_date": "1975-06-15",
        "category": "employee",
        "employer": "FNM S.p.A.",
        "enrolled_on": "2010-03-01",
        "hired_on": "2010-01-11",
        "contact": {"email": "mario.rossi@example.org", "phone": "+39 02 5550101"},
        "bank_account": {"iban": IBAN, "holder": "Mario Rossi"},
        "persons": [
            {
                "relation": "spouse",
                "first_name": "Laura",
                "last_name": "Verdi",
                "fiscal_code": LAURA,
                "birth_date": "1978-03-12",
                "fiscally_dependent": True,
            }
        ],
    }
    return body | changes


def other_member_body() -> dict[str, Any]:
    return member_body(first_name="Paolo", last_name="Bianchi", fiscal_code=OTHER, birth_date="1980-01-01", persons=[])


def claim_body(person_id: str, **changes: Any) -> dict[str, Any]:
    body = {
        "person_id": person_id,
        "article": "3.6",
        "document_number": "12/A",
        "document_date": "2026-10-05",
        "amount_cents": 15000,
        "provider": {"kind": "specialist", "specialty": "cardiologia", "vat_number": "01234560017"},
        "service": "visita specialistica",
    }
    return body | changes


def plan_published(**changes: Any) -> dict[str, Any]:
    articles = [{"article": article, "title_it": "", "title_en": ""} for article in ("3.4", "3.6", "3.8", "5.1")]
    data = {
        "plan_id": "fnm",
        "version": 1,
        "effective_from": "2023-07-01",
        "effective_to": None,
        "articles": articles,
        "claim_lapse_days": 60,
    }
    return data | changes


def text_of(word: str, article: str = "3.6", **more: Any) -> dict[str, Any]:
    return {"article": article, "text_it": f"it {word}", "text_en": f"en {word}", **more}


def adjudicated(claim_id: str, outcome: str = "pay", **changes: Any) -> dict[str, Any]:
    paid = 9000 if outcome == "pay" else 0
    step = text_of("rate", code="rate", before_cents=15000, after_cents=9750)
    limit = text_of("limit", code="limit", before_cents=9750, after_cents=9000)
    data = {
        "claim_id": claim_id,
        "revision": 1,
        "decision_id": str(uuid4()),
        "outcome": outcome,
        "requested_cents": 15000,
        "payable_cents": paid,
        "plan_id": "fnm",
        "plan_version": 1,
        "plan_hash": "abc",
        "missing": [text_of("rx", document="prescription")] if outcome == "pend" else [],
        "reasons": [text_of("late", "1.1", code="filed_late")] if outcome == "deny" else [],
        "steps": [step, limit],
        "review": "medical_consultant" if outcome == "refer" else None,
    }
    return data | changes


class Desk:
    """A client of the API with the tokens of members and staff, and the other services played by hand."""

    def __init__(self, client: httpx.AsyncClient, services: Services, tokens: TokenFactory) -> None:
        self.client = client
        self.services = services
        self.tokens = tokens
        self.inbox = Inbox(uow=services.uow, consumers=CONSUMED, clock=services.clock)

    def staff(self, *roles: str) -> dict[str, str]:
        return self.tokens.headers(roles=list(roles or ("operator", "fund_admin")), key=uuid4().hex)

    def member(self, member_id: object) -> dict[str, str]:
        return self.tokens.headers(roles=["member"], member_id=UUID(str(member_id)), key=uuid4().hex)

    async def register(self, number: str = "10001", body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = await self.client.put(
            f"/v1/members/by-number/{number}", json=body or member_body(), headers=self.staff()
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def deliver(self, event_type: str, data: Mapping[str, Any], *, subject: str = "s", fund: str = "fnm") -> None:
        event = Envelope(uuid4(), event_type, "test", subject, self.services.clock.now(), fund, None, data)
        await self.inbox.handle([event])

    async def publish_plan(self, **changes: Any) -> None:
        await self.deliver("rules.plan_published.v1", plan_published(**changes))

    async def decide(self, claim_id: str, outcome: str = "pay", **changes: Any) -> None:
        data = adjudicated(claim_id, outcome, **changes)
        await self.deliver("rules.claim_adjudicated.v1", data, subject=claim_id)

    async def open_case(self, member_id: str) -> str:
        answer = await self.client.post("/v1/cases", json={}, headers=self.member(member_id))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["case_id"])

    async def add(self, member_id: str, case_id: str, body: Mapping[str, Any]) -> httpx.Response:
        headers = self.member(member_id)
        return await self.client.post(f"/v1/cases/{case_id}/claims", json=dict(body), headers=headers)

    async def upload(
        self, member_id: str, content: bytes, kind: str = "invoice", name: str = "a.pdf"
    ) -> httpx.Response:
        headers = self.tokens.headers(roles=["member"], member_id=UUID(member_id))
        files = {"file": (name, content, "application/octet-stream")}
        return await self.client.post("/v1/documents", files=files, data={"kind": kind}, headers=headers)

    async def submitted(self, member: Mapping[str, Any], *bodies: Mapping[str, Any]) -> tuple[str, list[str]]:
        """Open a case with these claims and send it; return its id and the claims' ids."""
        case_id = await self.open_case(member["member_id"])
        claims = []
        for body in bodies:
            answer = await self.add(member["member_id"], case_id, body)
            assert answer.status_code == 201, answer.text
            claims.append(str(answer.json()["claim_id"]))
        sent = await self.client.post(
            f"/v1/cases/{case_id}/submit", json=CONSENTS, headers=self.member(member["member_id"])
        )
        assert sent.status_code == 200, sent.text
        return case_id, claims

    async def case(self, member_id: str, case_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"/v1/cases/{case_id}", headers=self.member(member_id))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def person_of(member: Mapping[str, Any], relation: str) -> str:
    return next(str(one["person_id"]) for one in member["persons"] if one["relation"] == relation)


async def rows(dsn: str, query: str, *values: Any) -> list[dict[str, Any]]:
    """Look into the database as its superuser, past the row-level security."""
    conn = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await conn.fetch(query, *values)]
    finally:
        await conn.close()


async def outbox(dsn: str) -> list[str]:
    return [row["type"] for row in await rows(dsn, "select type from claims.outbox order by seq")]


COUNTED = ("member", "person", "bank_account", "task", "claim_case", "claim", "document", "consent", "outbox")


async def state_of(dsn: str) -> dict[str, Any]:
    """Everything that a refused request must leave as it was."""
    query = ", ".join(f"(select count(*) from claims.{name}) as {name}" for name in COUNTED)
    counts = (await rows(dsn, f"select {query}"))[0]
    cases = await rows(dsn, "select case_id, state, submitted_at from claims.claim_case order by 1")
    claims = await rows(dsn, "select claim_id, state, revision from claims.claim order by 1")
    return {**counts, "cases": cases, "claims": claims}


TODAY = date(2026, 11, 2)
