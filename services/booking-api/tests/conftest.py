"""What the tests of booking-api share: a migrated database, the service on it, callers with tokens."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest
from httpx import ASGITransport, AsyncClient

from booking_api.adapters.letter_press import TypstLetterPress
from booking_api.adapters.transition_file import all_transitions
from booking_api.bootstrap import Services, build
from booking_api.entrypoints.consumers import consumers
from booking_api.entrypoints.http.app import app_of
from booking_api.entrypoints.jobs import PeriodicWork
from booking_api.settings import BookingSettings
from kit.clock import FixedClock
from kit.events import Envelope
from kit.inbox import Inbox
from kit.testing.databases import ServiceDatabase, service_database
from kit.testing.tokens import ISSUER, TokenFactory

# The test folders are no packages (every service has the same ones): this is how a test finds its factories.
sys.path.insert(0, str(Path(__file__).parent))

from booking_factories import (
    FACILITY,
    MEMBER,
    NOW,
    OTHER_FACILITY,
    OTHER_MEMBER,
    OTHER_PERSON,
    VAT_NUMBER,
    facility_body,
    member_changed,
    plan_published,
)

template, database = service_database(Path(__file__).parents[1], schema="bookings")


@dataclass
class Harness:
    """The service on a real database: its API, its inbox, its jobs, its clock."""

    services: Services
    clock: FixedClock
    client: AsyncClient
    tokens: TokenFactory
    dsn: str
    inbox: Inbox[Any] = field(init=False)
    work: PeriodicWork = field(init=False)
    _keys: int = 0

    def __post_init__(self) -> None:
        services = self.services
        self.inbox = Inbox(uow=services.uow, consumers=consumers(services), clock=services.clock)
        self.work = PeriodicWork(services, TypstLetterPress(services.passes))

    async def receive(self, *events: Envelope) -> None:
        await self.inbox.handle(events)

    def key(self) -> str:
        self._keys += 1
        return f"test-key-{self._keys:06d}"

    def member(self, **claims: Any) -> dict[str, str]:
        claims = {"roles": ["member"], "subject": "mario.rossi", "member_id": MEMBER} | claims
        return self.tokens.headers(key=self.key(), **claims)

    def other_member(self) -> dict[str, str]:
        return self.member(subject="luca.neri", member_id=OTHER_MEMBER)

    def operator(self, **claims: Any) -> dict[str, str]:
        return self.tokens.headers(key=self.key(), **({"roles": ["operator"], "subject": "giulia"} | claims))

    def facility(self, **claims: Any) -> dict[str, str]:
        claims = {"roles": ["facility"], "subject": "facility-cardio", "facility_id": FACILITY} | claims
        return self.tokens.headers(key=self.key(), **claims)

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        conn = await asyncpg.connect(self.dsn)
        try:
            await conn.execute(
                "select set_config('app.fund', '*', false), set_config('search_path', 'bookings', false)"
            )
            rows: list[asyncpg.Record] = await conn.fetch(query, *arguments)
            return rows
        finally:
            await conn.close()

    async def published(self, kind: str) -> list[dict[str, Any]]:
        rows = await self.rows("select data from outbox where type = $1 order by seq", f"bookings.{kind}.v1")
        return [orjson.loads(row["data"]) for row in rows]


@pytest.fixture
async def empty(database: ServiceDatabase, tokens: TokenFactory, tmp_path: Path) -> AsyncIterator[Harness]:
    """Give the service with nothing in its database."""
    settings = BookingSettings(
        database_url=database.url,
        bus_url="memory://",
        issuer_url=ISSUER,
        jwks_url=f"{ISSUER}/jwks.json",
        documents_url=(tmp_path / "documents").as_uri(),
        cursor_secret="test-secret",
        rules_url="http://127.0.0.1:9",
        pass_keys="test-pass-key-of-32-characters-00",
    )
    clock = FixedClock(NOW)
    services = replace(build(settings, clock=clock), verifier=tokens.verifier)
    transport = ASGITransport(app=app_of(services))
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        yield Harness(services, clock, client, tokens, database.dsn)
    await services.uow.close()


@pytest.fixture
async def harness(empty: Harness) -> Harness:
    """Give the service with a plan, two families and two facilities."""
    await empty.receive(
        plan_published(),
        member_changed(),
        member_changed(member_id=OTHER_MEMBER, persons={OTHER_PERSON: "member"}),
    )
    second = facility_body(facility_id=str(OTHER_FACILITY), name="Studio Dentistico Brera", badge="yellow")
    for code, body in (("cardio-cadorna", facility_body(vat_number=VAT_NUMBER)), ("dental-brera", second)):
        answer = await empty.client.put(f"/v1/facilities/{code}", json=body, headers=empty.operator())
        assert answer.status_code == 200, answer.text
    return empty


@pytest.fixture
async def passing(harness: Any) -> Any:
    """Give the service with a passage from another system for its fund."""
    harness.services = replace(harness.services, transitions={"fnm": all_transitions()["faschim"]})
    await harness.client.aclose()
    transport = ASGITransport(app=app_of(harness.services))
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        harness.client = client
        yield harness
