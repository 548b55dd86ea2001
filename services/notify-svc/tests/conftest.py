"""What the tests of notify-svc share: a database, a relay that obeys, events to give."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from httpx import ASGITransport, AsyncClient

from kit.clock import FixedClock
from kit.events import Envelope
from kit.inbox import Inbox
from kit.testing.databases import ServiceDatabase, service_database
from kit.testing.tokens import ISSUER, TokenFactory
from notify_svc.adapters.mail_templates import MailTemplates
from notify_svc.bootstrap import Services, build
from notify_svc.entrypoints.consumers import consumers
from notify_svc.entrypoints.courier import Courier
from notify_svc.entrypoints.http.app import app_of
from notify_svc.entrypoints.reminders import Reminders
from notify_svc.settings import NotifySettings

# The test folders are no packages (every service has the same ones): this is how a test finds the server.
sys.path.insert(0, str(Path(__file__).parent))

from notify_smtp_server import SmtpServer

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MEMBER = UUID("01890a5d-ac96-774b-bcce-b302099a8001")

template, database = service_database(Path(__file__).parents[1], schema="notify")


def contact_changed(member_id: UUID = MEMBER, *, version: int = 1, **changes: Any) -> Envelope:
    data = {
        "member_id": str(member_id),
        "version": version,
        "first_name": "Giulia",
        "last_name": "D'Arrigò",
        "email": "giulia@example.org",
        "phone": None,
        "language": "it",
    }
    return envelope("claims.contact_changed.v1", data | changes, subject=str(member_id))


def claim_settled(member_id: UUID = MEMBER, **changes: Any) -> Envelope:
    data = {
        "claim_id": str(uuid4()),
        "case_id": str(uuid4()),
        "case_number": "2026-004502",
        "member_id": str(member_id),
        "person_id": str(uuid4()),
        "article": "3.6",
        "requested_cents": 15000,
        "payable_cents": 9000,
        "decision_id": str(uuid4()),
        "settled_on": "2026-11-20",
    }
    return envelope("claims.claim_settled.v1", data | changes)


def envelope(kind: str, data: dict[str, Any], *, subject: str | None = None, fund: str = "fnm") -> Envelope:
    return Envelope(
        id=uuid4(),
        type=kind,
        source=kind.split(".", maxsplit=1)[0],
        subject=subject or str(uuid4()),
        time=NOW,
        fund=fund,
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        data=data,
    )


@dataclass
class Harness:
    """The service on a real database, with its inbox, its sender and a relay."""

    services: Services
    smtp: SmtpServer
    dsn: str
    documents: Path
    inbox: Inbox[Any] = field(init=False)
    courier: Courier = field(init=False)
    reminders: Reminders = field(init=False)

    def __post_init__(self) -> None:
        services = self.services
        handlers = consumers(services.templates, services.terms)
        self.inbox = Inbox(uow=services.uow, consumers=handlers, clock=services.clock)
        self.courier = Courier(services)
        self.reminders = Reminders(services)

    def another(self) -> Courier:
        """Make the sender of another worker process."""
        return Courier(replace(self.services))

    async def receive(self, *events: Envelope) -> None:
        await self.inbox.handle(events)

    async def drain(self, *, turns: int = 400) -> None:
        """Deliver until nothing is on its way, whatever the relay answers in between."""
        for _ in range(turns):
            await self.courier.run()
            if not await self.rows("select 1 from message where state in ('queued', 'sending')"):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"still on the way: {await self.states()}")

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        conn = await asyncpg.connect(self.dsn)
        try:
            await conn.execute("select set_config('app.fund', '*', false), set_config('search_path', 'notify', false)")
            rows: list[asyncpg.Record] = await conn.fetch(query, *arguments)
            return rows
        finally:
            await conn.close()

    async def states(self) -> dict[str, int]:
        rows = await self.rows("select state, count(*) as n from message group by state")
        return {row["state"]: row["n"] for row in rows}

    async def published(self) -> list[tuple[str, str]]:
        rows = await self.rows("select type, fund from outbox order by seq")
        return [(row["type"], row["fund"]) for row in rows]


@pytest.fixture(scope="session")
def templates() -> MailTemplates:
    return MailTemplates(public_url="https://portal.example/")


@pytest.fixture
async def smtp() -> AsyncIterator[SmtpServer]:
    server = SmtpServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def harness(database: ServiceDatabase, smtp: SmtpServer, tmp_path: Path) -> AsyncIterator[Harness]:
    settings = NotifySettings(
        database_url=database.url,
        bus_url="memory://",
        issuer_url=ISSUER,
        jwks_url=f"{ISSUER}/jwks.json",
        documents_url=tmp_path.as_uri(),
        cursor_secret="test-secret",
        smtp_host="127.0.0.1",
        smtp_port=smtp.port,
        smtp_timeout_seconds=5,
        smtp_rate_per_second=10_000,
        mail_from="messaggi@mutua.example",
        public_url="https://portal.example",
        retry_base_seconds=0.001,
        retry_longest_seconds=0.01,
        reminder_wait_seconds=0,
    )
    services = build(settings, clock=FixedClock(NOW))
    yield Harness(services, smtp, database.dsn, tmp_path)
    await services.relay.close()
    await services.uow.close()


@pytest.fixture
async def client(harness: Harness, tokens: TokenFactory) -> AsyncIterator[AsyncClient]:
    services = replace(harness.services, verifier=tokens.verifier)
    transport = ASGITransport(app=app_of(services))
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def make_contact() -> Callable[..., Envelope]:
    return contact_changed


@pytest.fixture
def make_settled() -> Callable[..., Envelope]:
    return claim_settled


@pytest.fixture
def make_event() -> Callable[..., Envelope]:
    return envelope
