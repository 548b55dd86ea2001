"""Time the delivery of messages through a relay that fails now and then; each is accepted once.

python bench/notify_delivery.py                     10,000 messages
python bench/notify_delivery.py --messages 2000     fewer

The floor, measured in the same run: a bare aiosmtplib loop that hands as many ready-made messages of the same kind to
the same relay, over one connection and over as many as the sender uses, without database, templates or failures.

The relay is a process of its own. Of the messages that come to it, it refuses some for now at the recipient (450) or at
the text (451), closes some lines at the recipient (421) and loses some lines with the text on its way, not taken. It
takes no message and hides it: that window SMTP leaves to every sender, and the tests look at it.
"""

import argparse
import asyncio
import logging
import multiprocessing
import random
import re
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from uuid import UUID, uuid4

import asyncpg
import structlog
from aiosmtplib import SMTP

from kit.clock import FixedClock
from kit.migrations import upgrade
from kit.roles import role_statements
from kit.testing.databases import execute, on_database
from kit.testing.servers import postgres_server
from notify_svc.adapters.mail_templates import TEMPLATES
from notify_svc.adapters.mail_writer import WrittenMail
from notify_svc.bootstrap import Services, build
from notify_svc.domain.mail import Contact, Message
from notify_svc.domain.message_states import MessageState
from notify_svc.entrypoints.courier import Courier
from notify_svc.settings import NotifySettings
from notify_svc.use_cases.ports import ClaimedMessage

SERVICE = TEMPLATES.parents[2]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
FAILURES = 0.03
MESSAGE_ID = re.compile(rb"^Message-ID: *\r?\n? *(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
LOAD = """
with people as (
  insert into notify.contact (fund, member_id, contact_version, member_version, first_name, last_name, email, language)
  select 'fnm', gen_random_uuid(), 1, 0, 'Giulia', 'Rossi', 'm' || n || '@example.org', 'it'
  from generate_series(1, $1::int) as n returning member_id
)
insert into notify.message (id, fund, event_id, template, member_id, state, data, sending, attempts, next_attempt_at,
                            created_at)
select gen_random_uuid(), 'fnm', gen_random_uuid(), 'claim_settled', member_id, 'queued', $2::text::jsonb, 0, 0,
       clock_timestamp(), now()
from people
"""
DATA = """{"claim_id": "01890a5d-ac96-774b-bcce-b302099a8051", "case_id": "01890a5d-ac96-774b-bcce-b302099a8052",
"case_number": "FNM-2026-004502", "requested_cents": 15000, "payable_cents": 9000, "settled_on": "2026-11-20"}"""


class FlakyRelay:
    """A mail relay that keeps only the Message-IDs it has accepted."""

    def __init__(self) -> None:
        self.accepted: list[bytes] = []
        self.failures: Counter[str] = Counter()
        self.flaky = True
        self._whims = random.Random(7)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(b"220 relay\r\n")
            while line := await reader.readline():
                answer = await self._answer(line[:4].upper(), reader, writer)
                writer.write(answer)
                if not answer or answer[:3] in {b"221", b"421"}:
                    break
        writer.close()

    async def _answer(self, verb: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        if verb == b"QUIT":
            return b"221 bye\r\n"
        if verb == b"RCPT":
            return self._whim({"450": b"450 later\r\n", "421": b"421 closing\r\n"}) or b"250 ok\r\n"
        if verb != b"DATA":
            return b"250 ok\r\n"
        writer.write(b"354 go on\r\n")
        text = await reader.readuntil(b"\r\n.\r\n")
        failure = self._whim({"451": b"451 later\r\n", "line lost": b""})
        if failure is not None:
            return failure
        found = MESSAGE_ID.search(text)
        self.accepted.append(found[1] if found else b"")
        return b"250 taken\r\n"

    def _whim(self, failures: dict[str, bytes]) -> bytes | None:
        if not self.flaky or self._whims.random() >= FAILURES:
            return None
        name = self._whims.choice(list(failures))
        self.failures[name] += 1
        return failures[name]


def relay_process(pipe: Connection) -> None:
    async def run() -> None:
        relay = FlakyRelay()
        server = await asyncio.start_server(relay.serve, "127.0.0.1", 0, limit=2**24)
        pipe.send(server.sockets[0].getsockname()[1])
        while (asked := await asyncio.to_thread(pipe.recv)) != "stop":
            if asked == "accepted":
                pipe.send((relay.accepted, relay.failures))
            relay.accepted, relay.failures = [], Counter()
            relay.flaky = asked != "faultless"
        server.close()

    asyncio.run(run())


@asynccontextmanager
async def database() -> AsyncIterator[str]:
    name, password = f"bench_{secrets.token_hex(4)}", secrets.token_hex(12)
    with postgres_server() as url:
        execute(url, f"create database {name}")
        role = f"{name}_notify"
        execute(on_database(url, name), *role_statements(role, password, "notify", name))
        host = url.rpartition("@")[2].partition("/")[0]
        dsn = f"postgresql+asyncpg://{role}:{password}@{host}/{name}"
        await asyncio.to_thread(upgrade, SERVICE, dsn)
        try:
            yield dsn
        finally:
            execute(url, f"drop database {name} with (force)", f"drop role {role}")


async def load(dsn: str, messages: int) -> None:
    conn = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    await conn.execute("select set_config('app.fund', '*', false)")
    await conn.execute(LOAD, messages, DATA)
    await conn.execute("analyze")
    await conn.close()


async def states(dsn: str) -> dict[str, int]:
    conn = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    await conn.execute("select set_config('app.fund', '*', false)")
    rows = await conn.fetch("select state, count(*) as messages from notify.message group by state")
    await conn.close()
    return {row["state"]: row["messages"] for row in rows}


def services_for(dsn: str, port: int, connections: int) -> Services:
    settings = NotifySettings(
        database_url=dsn,
        bus_url="memory://",
        issuer_url="http://127.0.0.1:1",
        jwks_url="http://127.0.0.1:1/jwks.json",
        documents_url="file:///tmp",
        cursor_secret=secrets.token_hex(8),
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_connections=connections,
        smtp_rate_per_second=1_000_000,
        mail_from="messaggi@mutua.example",
        public_url="https://portal.example",
        retry_base_seconds=0.2,
    )
    return build(settings, clock=FixedClock(NOW))


async def written(services: Services) -> WrittenMail:
    member, message = UUID(int=1), uuid4()
    contact = Contact(member_id=member, first_name="Giulia", last_name="Rossi", email="m@example.org", language="it")
    sample = services.templates.sample("claim_settled")
    queued = Message(
        message,
        "fnm",
        message,
        "claim_settled",
        member,
        MessageState.SENDING,
        sample,
        None,
        0,
        1,
        NOW,
        None,
        None,
        None,
    )
    return await services.writer.write(ClaimedMessage(queued, contact, message), at=NOW)


async def floor(services: Services, messages: int, connections: int) -> None:
    mail = await written(services)

    async def send(count: int) -> None:
        client = SMTP(hostname="127.0.0.1", port=services.settings.smtp_port, start_tls=False)
        await client.connect()
        for _ in range(count):
            await client.sendmail(mail.return_path, [mail.recipient], mail.raw)
        await client.quit()

    watch = Watch()
    await asyncio.gather(*(send(messages // connections) for _ in range(connections)))
    watch.show(f"floor: bare loop, connections: {connections}", messages)


async def deliver(services: Services, dsn: str, messages: int) -> None:
    courier, watch = Courier(services), Watch()
    while (await states(dsn)).get("delivered") != messages:
        await courier.run()
        await asyncio.sleep(0.05)
    watch.show("notify-svc, flaky relay", messages)


class Watch:
    """Wall and processor time of a stretch of work; the second tells what a busy machine hides."""

    def __init__(self) -> None:
        self._started = time.perf_counter(), time.process_time()

    def show(self, what: str, messages: int) -> None:
        wall, cpu = time.perf_counter() - self._started[0], time.process_time() - self._started[1]
        rate = f"{messages / wall:9,.0f} messages/s"
        print(f"{what:36} {wall:8.2f} s {rate} {cpu / messages * 1000:8.2f} ms of CPU each")


async def run(messages: int, connections: int, pipe: Connection) -> bool:
    port = pipe.recv()
    async with database() as dsn:
        services = services_for(dsn, port, connections)
        pipe.send("faultless")
        size = len((await written(services)).raw)
        print(
            f"{messages:,} messages of {size / 1024:.0f} KiB, {connections} connections, {FAILURES:.0%} failures twice"
        )
        await floor(services, messages, 1)
        await floor(services, messages, connections)
        await load(dsn, messages)
        pipe.send("flaky")
        await deliver(services, dsn, messages)
        pipe.send("accepted")
        accepted, failures = pipe.recv()
        await services.relay.close()
        await services.uow.database.dispose()
    times = Counter(Counter(accepted).values())
    print(f"failures met: {dict(failures)}")
    print(f"accepted by the relay: {len(set(accepted)):,} messages; times accepted: {dict(times)}")
    return len(set(accepted)) == messages and set(times) == {1}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    here, there = multiprocessing.Pipe()
    relay = multiprocessing.get_context("spawn").Process(target=relay_process, args=(there,), daemon=True)
    relay.start()
    once = asyncio.run(run(options.messages, options.connections, here))
    here.send("stop")
    relay.join(timeout=5)
    print("each accepted once" if once else "NOT each accepted once")
    return 0 if once else 1


if __name__ == "__main__":
    raise SystemExit(main())
