"""With a scanner configured nothing passes without its word: not when it is away, not when it talks nonsense."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from clamd_server import EICAR, clamd
from document_samples import invoice_xml, pdf
from factories_claims import Desk

from claims_api.adapters.virus_scanner import VirusScanner, VirusScannerUnavailable
from claims_api.bootstrap import Services
from claims_api.entrypoints.document_jobs import check_documents
from claims_api.entrypoints.http.app import app_of
from kit.clock import FixedClock
from kit.testing.tokens import TokenFactory


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with clamd() as one:
        yield one


async def state(desk: Desk, me: str, document: str) -> httpx.Response:
    return await desk.client.get(f"/v1/documents/{document}", headers=desk.member(me))


async def test_documents_wait_for_the_scanner(
    services: Services, tokens: TokenFactory, clock: FixedClock, port: int
) -> None:
    scanned = replace(services, scanner=VirusScanner("127.0.0.1", port, seconds=5))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_of(scanned)), base_url="http://c.test") as client:
        desk = Desk(client, scanned, tokens)
        me = (await desk.register())["member_id"]
        good = (await desk.upload(me, pdf())).json()
        bad = (await desk.upload(me, invoice_xml(EICAR.decode()))).json()
        assert (good["state"], bad["state"]) == ("checked", "checked")
        content = await client.get(f"/v1/documents/{good['document_id']}/content", headers=desk.member(me))
        assert content.json()["code"] == "document_not_available"
        away = replace(scanned, scanner=VirusScanner("127.0.0.1", 1, seconds=5))
        with pytest.raises(VirusScannerUnavailable):
            await check_documents(away)
        waiting = await state(desk, me, good["document_id"])
        assert (waiting.json()["state"], waiting.headers["retry-after"]) == ("checked", "2")
        clock.set(clock.now() + timedelta(seconds=11))
        assert await check_documents(scanned) == 2
        assert (await state(desk, me, good["document_id"])).json()["state"] == "ready"
        found = (await state(desk, me, bad["document_id"])).json()
        assert (found["state"], found["refusal"]) == ("refused", "virus_found")


@pytest.mark.parametrize("answer", [b"", b"stream: INSTREAM size limit exceeded. ERROR\n", b"nonsense\n"])
async def test_an_answer_that_is_not_clear_is_none(answer: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)
        await writer.drain()
        writer.close()

    file = tmp_path_factory.mktemp("scan") / "file"
    file.write_bytes(b"content")
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        scanner = VirusScanner("127.0.0.1", server.sockets[0].getsockname()[1], seconds=5)
        with pytest.raises(VirusScannerUnavailable):
            await scanner.finds_virus(file)
