"""Uploads in parts: go on where the connection was lost, and end like an upload in one piece."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from document_samples import HOSTILE, picture
from factories_claims import Desk, other_member_body, rows

from claims_api.bootstrap import Services
from claims_api.domain.errors import UploadOffsetMismatch
from claims_api.entrypoints.document_jobs import end_uploads, remove_objects
from claims_api.use_cases.resume_upload import append_part, find_upload
from kit.clock import FixedClock
from kit.context import Context
from kit.testing.databases import ServiceDatabase

PHOTO = picture(size=(600, 400), quality=95)


async def begin(desk: Desk, me: str, length: int = len(PHOTO)) -> httpx.Response:
    body = {"kind": "invoice", "length_bytes": length}
    return await desk.client.post("/v1/documents/uploads", json=body, headers=desk.member(me))


async def send(desk: Desk, me: str, url: str, offset: int, content: Any) -> httpx.Response:
    headers = desk.member(me) | {"Upload-Offset": str(offset), "Content-Type": "application/partial-upload"}
    return await desk.client.patch(url, content=content, headers=headers)


def stored(folder: Path) -> int:
    return sum(path.is_file() for path in (folder / "documents").rglob("*"))


async def test_a_file_comes_in_parts(desk: Desk, services: Services, tmp_path: Path) -> None:
    me = (await desk.register())["member_id"]
    url = (await begin(desk, me)).headers["location"]
    first = await send(desk, me, url, 0, PHOTO[:500])
    assert (first.status_code, first.headers["upload-offset"], first.headers["upload-complete"]) == (204, "500", "?0")
    asked = await desk.client.head(url, headers=desk.member(me))
    assert (asked.status_code, asked.headers["upload-offset"], asked.headers["upload-length"]) == (
        204,
        "500",
        str(len(PHOTO)),
    )
    again = await send(desk, me, url, 0, PHOTO[:500])
    assert (again.status_code, again.json()["expected_offset"]) == (409, 500)
    last = await send(desk, me, url, 500, PHOTO[500:])
    assert (last.status_code, last.headers["upload-complete"]) == (201, "?1")
    assert (last.json()["sha256"], last.json()["state"]) == (hashlib.sha256(PHOTO).hexdigest(), "ready")
    # The answer was lost: the same part again gives the same document.
    repeated = await send(desk, me, url, 500, PHOTO[500:])
    assert (repeated.status_code, repeated.json()) == (201, last.json())
    await remove_objects(services)
    assert stored(tmp_path) == 1


async def test_what_came_before_the_connection_was_lost_is_kept(desk: Desk) -> None:
    me = (await desk.register())["member_id"]
    url = (await begin(desk, me)).headers["location"]
    headers = desk.member(me) | {"Upload-Offset": "0"}
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": PHOTO[:700], "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def ignore(_message: dict[str, Any]) -> None:
        return

    scope = {
        "type": "http",
        "method": "PATCH",
        "path": url,
        "raw_path": url.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await desk.client._transport.app(scope, receive, ignore)  # type: ignore[attr-defined]
    asked = await desk.client.head(url, headers=desk.member(me))
    assert asked.headers["upload-offset"] == "700"


async def test_refusals(desk: Desk, services: Services, tmp_path: Path, database: ServiceDatabase) -> None:
    me = (await desk.register())["member_id"]
    other = (await desk.register("20002", other_member_body()))["member_id"]
    assert (await begin(desk, me, 20_000_001)).status_code == 413
    assert (await begin(desk, me, 0)).status_code == 422
    url = (await begin(desk, me, 10)).headers["location"]
    longer = await send(desk, me, url, 0, b"x" * 11)
    assert (longer.status_code, longer.json()["errors"][0]["rule"]) == (422, "upload_length")
    for method in ("HEAD", "GET"):
        assert (await desk.client.request(method, url, headers=desk.member(other))).status_code == 404
    assert (await send(desk, other, url, 0, b"x")).status_code == 404
    bad, status, rule = HOSTILE["javascript"]
    url = (await begin(desk, me, len(bad()))).headers["location"]
    refused = await send(desk, me, url, 0, bad())
    assert (refused.status_code, refused.json()["errors"][0]["rule"]) == (status, rule)
    assert (await desk.client.head(url, headers=desk.member(me))).status_code == 404
    await remove_objects(services)
    assert stored(tmp_path) == 0
    assert await rows(database.admin_dsn, "select 1 from claims.document") == []


async def test_uploads_end_after_a_day_or_when_given_up(
    desk: Desk, services: Services, clock: FixedClock, tmp_path: Path
) -> None:
    me = (await desk.register())["member_id"]
    urls = [(await begin(desk, me)).headers["location"] for _ in range(10)]
    assert (await begin(desk, me)).json()["code"] == "too_many_uploads"
    await send(desk, me, urls[0], 0, PHOTO[:100])
    await send(desk, me, urls[1], 0, PHOTO[:100])
    assert (await desk.client.delete(urls[0], headers=desk.member(me))).status_code == 204
    clock.set(clock.now() + timedelta(hours=24))
    assert (await send(desk, me, urls[1], 100, PHOTO[100:])).status_code == 404
    assert await end_uploads(services) == 9
    await remove_objects(services)
    assert stored(tmp_path) == 0


async def test_two_parts_for_one_place(desk: Desk, services: Services, clock: FixedClock) -> None:
    me = (await desk.register())["member_id"]
    upload_id = (await begin(desk, me)).json()["upload_id"]
    context = Context("fnm", "member:x", clock.now())
    async with services.uow.begin(context) as tx:
        seen = await find_upload(tx, upload_id=upload_id, owner_member_id=None)
        await append_part(tx, seen=seen, offset=0, size=5, key="fnm/uploads/a")
    async with services.uow.begin(context) as tx:
        with pytest.raises(UploadOffsetMismatch):
            await append_part(tx, seen=seen, offset=0, size=5, key="fnm/uploads/b")
