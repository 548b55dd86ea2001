"""An operator refreshes the rates from the bank's server, or uploads its file; what decided claims stays as it was."""

import io
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import httpx
import pytest
from factories_rules import Desk

from kit.testing.tokens import TokenFactory
from rules_svc.bootstrap import Services

DAILY = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
    xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
  <Cube>
    <Cube time="2026-10-30"><Cube currency="USD" rate="1.1201"/><Cube currency="CHF" rate="{francs}"/></Cube>
    <Cube time="2026-10-29"><Cube currency="USD" rate="1.1190"/><Cube currency="CHF" rate="0.9201"/></Cube>
  </Cube>
</gesmes:Envelope>
"""
HISTORY = "Date,USD,CHF,RUB,\n2026-11-02,1.1300,0.9300,N/A,\n2026-10-30,1.1201,0.9200,N/A,\n"


@dataclass
class Bank:
    """A server that publishes whatever it is given to publish."""

    url: str = ""
    status: int = 200
    content: bytes = b""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def bank(services: Services) -> Iterator[Bank]:
    published = Bank(content=DAILY.format(francs="0.9200").encode())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            published.asked.append(self.path)
            self.send_response(published.status)
            self.send_header("Content-Length", str(len(published.content)))
            self.end_headers()
            self.wfile.write(published.content)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    published.url = f"http://127.0.0.1:{server.server_port}/stats/eurofxref/eurofxref-hist-90d.xml"
    services.settings.exchange_rates_url = published.url
    yield published
    server.shutdown()
    thread.join()
    server.server_close()


class Office:
    """The fund's administrator at the routes of exchange rates."""

    def __init__(self, client: httpx.AsyncClient, tokens: TokenFactory) -> None:
        self.client = client
        self.tokens = tokens

    def _headers(self, role: str) -> dict[str, str]:
        return self.tokens.headers(roles=[role]) | {"Idempotency-Key": str(uuid4())}

    async def refresh(self, query: str = "", role: str = "fund_admin") -> httpx.Response:
        return await self.client.post(f"/v1/exchange-rates/refresh{query}", headers=self._headers(role))

    async def upload(self, content: bytes, query: str = "") -> httpx.Response:
        return await self.client.post(
            f"/v1/exchange-rates{query}", content=content, headers=self._headers("fund_admin")
        )

    async def francs(self, day: str) -> tuple[str, int]:
        headers = self.tokens.headers(roles=["operator"])
        shown = (await self.client.get(f"/v1/exchange-rates?currency=CHF&date={day}", headers=headers)).json()
        return shown["units_per_eur"], shown["revision"]


@pytest.fixture
def office(client: httpx.AsyncClient, tokens: TokenFactory) -> Office:
    return Office(client, tokens)


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref-hist.csv", content)
    return packed.getvalue()


async def test_a_refresh_asks_the_bank_and_says_what_is_new(desk: Desk, bank: Bank, office: Office) -> None:
    first = (await office.refresh()).json()
    assert (first["source"], first["days_read"], first["days_added"]) == ("bank", 2, 2)
    assert (first["first_added"], first["last_added"]) == ("2026-10-29", "2026-10-30")
    assert await office.francs("2026-10-30") == ("0.9200", 1)
    again = (await office.refresh()).json()
    assert (again["days_added"], again["difference_count"], again["days_corrected"]) == (0, 0, [])
    assert bank.asked == ["/stats/eurofxref/eurofxref-hist-90d.xml"] * 2
    assert len(await desk.rows("select 1 from rules.audit_entry where action = 'exchange_rates_taken'")) == 1


async def test_a_correction_is_one_more_row_and_the_decision_keeps_its_rate(
    desk: Desk, bank: Bank, office: Office
) -> None:
    await office.refresh()
    abroad = {"currency": "CHF", "expense_date": "2026-10-30", "received_on": "2026-11-02", "amount_cents": 9_200}
    await desk.handle(desk.claim(uuid4(), uuid4(), **abroad))
    bank.content = DAILY.format(francs="0.8000").encode()

    told = (await office.refresh()).json()
    difference = {"on_day": "2026-10-30", "currency": "CHF", "known": "0.9200", "given": "0.8000"}
    assert (told["differences"], told["days_corrected"]) == ([difference], [])
    assert await office.francs("2026-10-30") == ("0.9200", 1)

    corrected = (await office.refresh("?correct=true")).json()
    assert corrected["days_corrected"] == ["2026-10-30"]
    assert (await office.refresh("?correct=true")).json()["days_corrected"] == []
    assert await office.francs("2026-10-30") == ("0.8000", 2)
    rows = await desk.rows("select revision, units_per_eur from rules.exchange_rate where on_day = '2026-10-30'")
    assert sorted((row.revision, row.units_per_eur["CHF"]) for row in rows) == [(1, "0.9200"), (2, "0.8000")]

    await desk.handle(desk.claim(uuid4(), uuid4(), **abroad))
    decided = await desk.rows("select inputs, steps from rules.decision")
    euro = {row.inputs["request"]["extra"]["units_per_eur"]: row.steps[1]["after_cents"] for row in decided}
    assert euro == {"0.9200": 10_000, "0.8000": 11_500}


async def test_a_file_serves_where_there_is_no_network(desk: Desk, office: Office, services: Services) -> None:
    assert services.settings.exchange_rates_url is None
    refused = await office.refresh()
    assert (refused.status_code, refused.json()["code"]) == (409, "rates_source_missing")
    packaged = (await office.refresh("?source=package")).json()
    assert packaged["days_added"] > 800
    for content, added in ((zipped(HISTORY.encode()), 1), (HISTORY.encode(), 0), (DAILY.encode(), None)):
        answer = await office.upload(content)
        if added is None:
            # The template's own mark stands where a rate belongs.
            assert (answer.status_code, answer.json()["code"]) == (422, "rates_unreadable")
        else:
            assert (answer.json()["source"], answer.json()["days_added"]) == ("file", added)
    assert await office.francs("2026-11-02") == ("0.9300", 1)


async def test_a_bank_that_does_not_answer_changes_nothing(desk: Desk, bank: Bank, office: Office) -> None:
    bank.status = 500
    refused = await office.refresh()
    assert (refused.status_code, refused.json()["code"]) == (503, "rates_unavailable")
    bank.status, bank.content = 200, b"<html><body>maintenance</body></html>"
    assert (await office.refresh()).json()["code"] == "rates_unreadable"
    assert await desk.rows("select 1 from rules.exchange_rate") == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Date,USD\n2999-01-04,1.1\n", "rates_invalid"),
        (b"Date,USD\n2026-10-30,1e5\n", "rates_unreadable"),
        (b"Date,USD\n2026-10-30,1.1\n2026-10-30,1.2\n", "rates_unreadable"),
        (b"Date,us dollars\n2026-10-30,1.1\n", "rates_unreadable"),
        (b"PK not a zip", "rates_unreadable"),
        (b"\xff\xfe\x00", "rates_unreadable"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "rates_unreadable"),
        (b"<Cube><Cube time='2026-10-30'><Cube currency='USD'/></Cube></Cube>", "rates_unreadable"),
    ],
)
async def test_a_file_that_cannot_be_official_changes_nothing(
    desk: Desk, office: Office, content: bytes, code: str
) -> None:
    refused = await office.upload(content)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert await desk.rows("select 1 from rules.exchange_rate") == []


async def test_rates_are_the_administrators(desk: Desk, bank: Bank, office: Office) -> None:
    assert (await office.refresh(role="operator")).status_code == 403
    assert bank.asked == []
