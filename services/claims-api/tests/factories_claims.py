"""What the tests of this service send and play: people, documents, events of others."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from document_samples import pdf as pdf  # noqa: PLC0414 (tests take it from here)

from claims_api.bootstrap import Services
from claims_api.entrypoints.consumers import CONSUMED
from kit.events import Envelope
from kit.inbox import Inbox
from kit.testing.tokens import TokenFactory

MARIO, LAURA, GIULIA = "RSSMRA75H15F205E", "VRDLRA78C52F205M", "RSSGLI04A41F205L"
OTHER = "BNCPLA80A01F205C"
IBAN, NEW_IBAN = "IT60X0542811101000000123456", "IT78S0542811101000000123451"
CONSENTS = {"consents": {"upload_rules": True, "privacy_notice": True, "health_data": True}}
HEALTH_ARTICLES = ("3.4", "3.6", "3.8", "5.1")


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
    articles: list[dict[str, Any]] = [{"article": one, "title_it": "", "title_en": ""} for one in HEALTH_ARTICLES]
    articles += [{"article": "7.1", "title_it": "Matrimonio", "title_en": "Marriage", "branch": "non_health"}]
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


class Peers:
    """The other services as they answer over HTTP: by host and path, silent where nothing is said."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.get(f"{request.url.host}{request.url.path}")
        return httpx.Response(503) if answer is None else httpx.Response(200, json=answer)


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

    async def deliver_together(self, event_type: str, told: Sequence[Mapping[str, Any]], *, fund: str = "fnm") -> None:
        now = self.services.clock.now()
        await self.inbox.handle([Envelope(uuid4(), event_type, "test", "s", now, fund, None, data) for data in told])

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
        await self.send(member["member_id"], case_id)
        return case_id, claims

    async def send(self, member_id: str, case_id: str) -> dict[str, Any]:
        path = f"/v1/cases/{case_id}/submit"
        sent = await self.client.post(path, json=CONSENTS, headers=self.member(member_id))
        assert sent.status_code == 200, sent.text
        return dict(sent.json())

    async def case(self, member_id: str, case_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"/v1/cases/{case_id}", headers=self.member(member_id))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def person_of(member: Mapping[str, Any], relation: str) -> str:
    return next(str(one["person_id"]) for one in member["persons"] if one["relation"] == relation)


def booking(member: dict[str, Any], booking_id: str, **changes: Any) -> dict[str, Any]:
    request = {
        "article": "3.6",
        "service": "=visita",
        "expense_date": "2026-12-16",
        "received_on": "2026-11-02",
        "amount_cents": 12000,
    }
    person = {"person_id": person_of(member, "spouse")}
    return {
        "booking_id": booking_id,
        "member_id": member["member_id"],
        "beneficiary": person,
        "request": request,
    } | changes


class Practices:
    """A member with two claims and one direct service that the fund has committed."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.booking_id = str(uuid4())

    async def prepare(self) -> None:
        await self.desk.publish_plan()
        self.member = await self.desk.register()
        own = person_of(self.member, "member")
        _, (paid,) = await self.desk.submitted(self.member, claim_body(own))
        await self.desk.submitted(self.member, claim_body(own, document_number="14", document_date="2026-09-01"))
        await self.desk.decide(paid)
        await self.desk.deliver("bookings.booking_requested.v1", booking(self.member, self.booking_id))
        authorised = {
            "booking_id": self.booking_id,
            "member_id": self.member["member_id"],
            "code": "AUT-1",
            "facility_name": "Centro",
            "service_title": "=visita",
            "appointment_at": "2026-12-16T09:30:00Z",
            "price_cents": 12000,
            "fund_share_cents": 9000,
        }
        await self.desk.deliver("bookings.booking_authorised.v1", authorised)

    async def close(self) -> None:
        closed = {
            "booking_id": self.booking_id,
            "member_id": self.member["member_id"],
            "code": "AUT-1",
            "facility_name": "Centro",
            "invoice_number": "2026/ 1187",
            "invoice_date": "2026-10-05",
            "price_cents": 12000,
            "fund_share_cents": 9000,
        }
        await self.desk.deliver("bookings.booking_closed.v1", closed)

    async def get(self, path: str, **query: str) -> Any:
        headers = self.desk.member(self.member["member_id"])
        answer = await self.desk.client.get(f"/v1/claims{path}", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    async def labels(self, **query: str) -> list[str]:
        return sorted(row["state_label_it"] for row in (await self.get("", **query)).json()["items"])


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
