"""Uploads over the API: what is answered, what is kept of it, who may see it."""

import hashlib
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from document_samples import HEIC, HOSTILE, NeverInTime, invoice_xml, pdf, photograph, picture
from factories_claims import CONSENTS, Desk, claim_body, person_of, rows, state_of
from pydantic import SecretStr

from claims_api.adapters.sandbox import Sandbox
from claims_api.bootstrap import Services
from claims_api.domain.errors import UnsafeDocument
from claims_api.entrypoints.document_jobs import check_documents, remove_objects
from claims_api.entrypoints.http.app import app_of
from kit.clock import FixedClock
from kit.documents import open_store
from kit.testing.databases import ServiceDatabase

MIB = 1024 * 1024


def stored_files(folder: Path) -> list[Path]:
    return [path for path in (folder / "documents").rglob("*") if path.is_file()]


async def content_of(desk: Desk, member_id: str, document_id: str) -> httpx.Response:
    return await desk.client.get(f"/v1/documents/{document_id}/content", headers=desk.member(member_id))


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (pdf(), "application/pdf", "x.jpg"),
        (picture("PNG"), "image/jpeg", "../../etc/passwd"),
        (photograph(), "image/jpeg", "x.pdf"),
        (HEIC, "image/jpeg", "\x00"),
        (invoice_xml(), "application/xml", ""),
    ],
    ids=["pdf", "png", "jpeg", "heic", "electronic invoice"],
)
async def test_upload_and_download(desk: Desk, tmp_path: Path, content: bytes, media_type: str, name: str) -> None:
    member = await desk.register()
    answer = await desk.upload(member["member_id"], content, name=name)
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert (document["media_type"], document["state"]) == (media_type, "ready")
    assert document["sha256"] == hashlib.sha256(content).hexdigest()
    got = await content_of(desk, member["member_id"], document["document_id"])
    assert (got.headers["content-type"].split(";")[0], len(got.content)) == (media_type, document["size_bytes"])
    assert got.headers["content-disposition"].startswith('attachment; filename="invoice-')
    assert got.headers["x-content-type-options"] == "nosniff"
    [stored] = stored_files(tmp_path)
    assert stored.read_bytes()[:4] == b"MUD1"
    assert document["document_id"] not in str(stored)


async def test_same_bytes_again_name_the_first(desk: Desk) -> None:
    member = await desk.register()
    first = (await desk.upload(member["member_id"], photograph())).json()
    second = (await desk.upload(member["member_id"], photograph(), "prescription")).json()
    assert (second["duplicate_of"], second["kind"]) == (first["document_id"], "prescription")


async def test_upload_repeated_with_its_key(desk: Desk, tmp_path: Path, database: ServiceDatabase) -> None:
    member = await desk.register()
    headers = desk.tokens.headers(roles=["member"], member_id=UUID(member["member_id"]), key="one-upload")
    form: dict[str, Any] = {"files": {"file": ("a.pdf", pdf())}, "data": {"kind": "invoice"}}
    first = await desk.client.post("/v1/documents", headers=headers, **form)
    again = await desk.client.post("/v1/documents", headers=headers, **form)
    assert (again.status_code, again.json()) == (201, first.json())
    other = await desk.client.post(
        "/v1/documents", headers=headers, files={"file": ("a.pdf", pdf("x"))}, data={"kind": "invoice"}
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(stored_files(tmp_path)) == 1
    assert len(await rows(database.admin_dsn, "select 1 from claims.document")) == 1


SENT = ["zip called pdf", "javascript", "pixel bomb", "entity of a file"]
SIZES: list[tuple[bytes, int, str]] = [
    (b"", 422, "file_empty"),
    (b"%PDF-1.7\n" + bytes(30 * MIB), 413, "file_size"),
    (b"%PDF-1.7\n" + bytes(20_000_000 - 8), 413, "file_size"),
]


async def test_refused_uploads(desk: Desk, tmp_path: Path, database: ServiceDatabase) -> None:
    member = await desk.register()
    before = await state_of(database.admin_dsn)
    hostile = [(HOSTILE[name][0](), *HOSTILE[name][1:]) for name in SENT]
    for content, status, rule in [*hostile, *SIZES]:
        answer = await desk.upload(member["member_id"], content)
        assert answer.status_code == status, rule
        assert answer.headers["content-type"] == "application/problem+json", rule
        assert [(one["pointer"], one["rule"]) for one in answer.json()["errors"]] == [("/file", rule)]
        assert stored_files(tmp_path) == [], rule
        assert await state_of(database.admin_dsn) == before, rule


async def test_a_claim_is_sent_only_with_documents_that_are_ready(
    desk: Desk, services: Services, tmp_path: Path
) -> None:
    member = await desk.register()
    me = member["member_id"]
    await desk.publish_plan()
    slow = replace(services, checker=NeverInTime())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_of(slow)), base_url="http://claims.test") as client:
        late = await Desk(client, slow, desk.tokens).upload(me, photograph())
    assert (late.status_code, late.json()["state"], late.headers["retry-after"]) == (201, "received", "2")
    document = late.json()["document_id"]
    assert (await content_of(desk, me, document)).json()["code"] == "document_not_available"
    case_id = await desk.open_case(me)
    body = claim_body(person_of(member, "member"), documents=[{"document_id": document}])
    assert (await desk.add(me, case_id, body)).status_code == 201
    early = await desk.client.post(f"/v1/cases/{case_id}/submit", json=CONSENTS, headers=desk.member(me))
    assert (early.status_code, early.json()["code"], early.json()["retry_after_seconds"]) == (
        409,
        "documents_not_ready",
        2,
    )
    assert [one["rule"] for one in early.json()["errors"]] == ["document_received"]
    assert await check_documents(services) == 1
    state = await desk.client.get(f"/v1/documents/{document}", headers=desk.member(me))
    assert (state.json()["state"], "retry-after" in state.headers) == ("ready", False)
    assert b"secret" not in (await content_of(desk, me, document)).content
    assert await remove_objects(services) == 1
    assert len(stored_files(tmp_path)) == 1
    sent = await desk.client.post(f"/v1/cases/{case_id}/submit", json=CONSENTS, headers=desk.member(me))
    assert sent.status_code == 200, sent.text


async def test_what_the_worker_refuses_stays_visible_without_its_bytes(
    desk: Desk, services: Services, tmp_path: Path
) -> None:
    me = (await desk.register())["member_id"]
    slow = replace(services, checker=NeverInTime())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_of(slow)), base_url="http://claims.test") as client:
        content, _, rule = HOSTILE["javascript"]
        late = (await Desk(client, slow, desk.tokens).upload(me, content())).json()
        too_long = (await Desk(client, slow, desk.tokens).upload(me, pdf())).json()
    await check_documents(services)
    state = await desk.client.get(f"/v1/documents/{late['document_id']}", headers=desk.member(me))
    assert (state.json()["state"], state.json()["refusal"]) == ("refused", rule)
    # The other one was fine for the worker's own checker.
    assert (await content_of(desk, me, too_long["document_id"])).status_code == 200
    await remove_objects(services)
    assert len(stored_files(tmp_path)) == 1


async def test_the_database_refuses_to_send_what_is_not_ready(
    desk: Desk, services: Services, database: ServiceDatabase
) -> None:
    member = await desk.register()
    me = member["member_id"]
    await desk.publish_plan()
    document = (await desk.upload(me, pdf())).json()["document_id"]
    case_id = await desk.open_case(me)
    await desk.add(me, case_id, claim_body(person_of(member, "member"), documents=[{"document_id": document}]))
    step = "update claims.document set state = '{}' where document_id = '{}'"
    with pytest.raises(Exception, match="cannot go from ready to received"):
        await rows(database.admin_dsn, step.format("received", document))
    await rows(
        database.admin_dsn,
        "update claims.document set state = 'erased', storage_key = null, erased_at = now(), erase_reason = 'test'",
    )
    with pytest.raises(Exception, match="not ready"):
        await rows(database.admin_dsn, "update claims.claim set state = 'submitted'")


async def test_a_link_opens_the_document_for_a_minute(desk: Desk, clock: FixedClock, database: ServiceDatabase) -> None:
    member = await desk.register()
    me = member["member_id"]
    document = (await desk.upload(me, pdf())).json()["document_id"]
    link = (await desk.client.get(f"/v1/documents/{document}/link", headers=desk.member(me))).json()
    got = await desk.client.get(link["url"])
    assert (got.status_code, got.headers["content-disposition"][:10]) == (200, "attachment")
    audit = "select actor, details ->> 'by' as by from claims.audit_entry where action = 'document_read'"
    assert [row["by"] for row in await rows(database.admin_dsn, audit)] == ["link"]
    stranger = desk.member(uuid4())
    assert (await desk.client.get(f"/v1/documents/{document}/link", headers=stranger)).status_code == 404
    assert (await desk.client.get(link["url"][:-1] + "x")).status_code == 404
    clock.set(clock.now() + timedelta(seconds=61))
    assert (await desk.client.get(link["url"])).status_code == 404


async def test_the_sandbox_ends_what_takes_too_long_or_too_much(tmp_path: Path) -> None:
    sandbox = Sandbox(memory_mb=1024, processes=1)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(photograph())
    clean = await sandbox.check(source, target, seconds=30)
    assert clean is not None
    assert clean.size_bytes == target.stat().st_size
    assert await sandbox.run(time.sleep, 3600.0, seconds=0.2) is None
    with pytest.raises(UnsafeDocument, match="memory"):
        await sandbox.run(bytearray, 3_000_000_000, seconds=30)
    source.write_bytes(HOSTILE["javascript"][0]())
    with pytest.raises(UnsafeDocument) as refusal:
        await sandbox.check(source, target, seconds=30)
    assert refusal.value.errors[0].rule == "pdf_open_action"


async def test_without_its_key_nothing_is_shown(desk: Desk, services: Services, tmp_path: Path) -> None:
    me = (await desk.register())["member_id"]
    document = (await desk.upload(me, pdf())).json()["document_id"]
    other = replace(services, contents=open_store(services.settings.documents_url, SecretStr(f"2:{'z' * 32}")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_of(other)), base_url="http://claims.test") as client:
        got = await client.get(f"/v1/documents/{document}/content", headers=desk.member(me))
    assert (got.status_code, got.json()["code"]) == (503, "document_key_unknown")


async def test_size_is_counted_where_no_length_is_declared(desk: Desk, tmp_path: Path) -> None:
    member = await desk.register()
    headers = desk.tokens.headers(roles=["member"], member_id=UUID(member["member_id"]))
    sent = 0

    async def body() -> Any:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
        for _ in range(60):
            sent += MIB
            yield bytes(MIB)

    headers["Content-Type"] = "multipart/form-data; boundary=b"
    answer = await desk.client.post("/v1/documents", headers=headers, content=body())
    assert answer.status_code == 413
    assert stored_files(tmp_path) == []


BAD_FORMS: list[tuple[str, dict[str, Any], str, str]] = [
    ("unknown kind", {"files": {"file": ("a", pdf())}, "data": {"kind": "poem"}}, "/kind", "document_kind"),
    ("no kind", {"files": {"file": ("a", pdf())}}, "/kind", "document_kind"),
    ("no file", {"files": {"x": ("a", b"1")}, "data": {"kind": "invoice"}}, "/file", "one_file"),
    ("two files", {"files": [("file", pdf()), ("file", pdf())], "data": {"kind": "invoice"}}, "/file", "one_file"),
    ("no form", {"json": {"kind": "invoice"}}, "/file", "multipart"),
    ("long kind", {"files": {"file": ("a", pdf())}, "data": {"kind": "x" * 101}}, "/kind", "text_length"),
    (
        "cut off",
        {
            "content": b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%PDF-1.7',
            "headers": {"Content-Type": "multipart/form-data; boundary=b"},
        },
        "/file",
        "one_file",
    ),
]


async def test_bad_forms(desk: Desk, tmp_path: Path) -> None:
    member = await desk.register()
    own = desk.tokens.headers(roles=["member"], member_id=UUID(member["member_id"]))
    for name, form, pointer, rule in BAD_FORMS:
        answer = await desk.client.post("/v1/documents", **(form | {"headers": own | form.get("headers", {})}))
        assert answer.status_code == 422, name
        assert [(one["pointer"], one["rule"]) for one in answer.json()["errors"]] == [(pointer, rule)], name
        assert stored_files(tmp_path) == [], name


async def test_staff_uploads_for_a_member(desk: Desk, tmp_path: Path) -> None:
    member = await desk.register()
    headers = desk.tokens.headers(roles=["operator"])
    form: dict[str, Any] = {"files": {"file": ("a.pdf", pdf())}}
    for member_id, status in ((None, 422), ("nonsense", 422), (str(UUID(int=1)), 404), (member["member_id"], 201)):
        data = {"kind": "invoice"} | ({"member_id": member_id} if member_id else {})
        answer = await desk.client.post("/v1/documents", headers=headers, data=data, **form)
        assert answer.status_code == status, answer.text
        assert len(stored_files(tmp_path)) == (status == 201)
