"""Uploads: judged by their content, nothing kept of what is refused."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from factories_claims import ONE_PIXEL_JPEG, ONE_PIXEL_PNG, Desk, pdf, rows, state_of
from pikepdf import Array, Dictionary, Name, String

from kit.testing.databases import ServiceDatabase

MIB = 1024 * 1024


def stored_files(folder: Path) -> list[Path]:
    return [path for path in (folder / "documents").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (pdf(), "application/pdf", "x.jpg"),
        (ONE_PIXEL_PNG, "image/png", "x"),
        (ONE_PIXEL_JPEG, "image/jpeg", "x.pdf"),
        (ONE_PIXEL_JPEG[:20] + b"\xff\xff\xff" + ONE_PIXEL_JPEG[20:], "image/jpeg", ""),
    ],
    ids=["pdf", "png", "jpeg", "jpeg with fill bytes"],
)
async def test_upload_and_download(desk: Desk, content: bytes, media_type: str, name: str) -> None:
    member = await desk.register()
    answer = await desk.upload(member["member_id"], content, name=name)
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert document["media_type"] == media_type
    assert document["sha256"] == hashlib.sha256(content).hexdigest()
    assert (document["size_bytes"], document["duplicate_of"]) == (len(content), None)
    path = f"/v1/documents/{document['document_id']}/content"
    got = await desk.client.get(path, headers=desk.member(member["member_id"]))
    assert got.content == content
    assert got.headers["content-disposition"].startswith("attachment; filename=")
    assert got.headers["x-content-type-options"] == "nosniff"


async def test_same_bytes_again_point_to_the_first(desk: Desk, tmp_path: Path) -> None:
    member = await desk.register()
    first = (await desk.upload(member["member_id"], pdf())).json()
    second = (await desk.upload(member["member_id"], pdf(), "prescription")).json()
    assert (second["duplicate_of"], second["kind"]) == (first["document_id"], "prescription")
    assert len(stored_files(tmp_path)) == 1
    path = f"/v1/documents/{second['document_id']}/content"
    assert (await desk.client.get(path, headers=desk.member(member["member_id"]))).content == pdf()


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


def with_javascript() -> bytes:
    return pdf(OpenAction=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def with_launch() -> bytes:
    return pdf(OpenAction=Dictionary(S=Name.Launch, F=String("cmd.exe")))


def with_script_of_a_page() -> bytes:
    return pdf(AA=Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("x"))))


def _changed(change: Callable[[pikepdf.Pdf], None], **save: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        change(document)
        document.save(out, **save)
    return out.getvalue()


def with_attachment() -> bytes:
    def attach(document: pikepdf.Pdf) -> None:
        document.attachments["evil.exe"] = b"MZ"

    return _changed(attach)


def with_password(user: str) -> bytes:
    return _changed(lambda _: None, encryption=pikepdf.Encryption(owner="o", user=user))


REFUSED: list[tuple[str, Callable[[], bytes], int, str]] = [
    ("text", lambda: b"hello", 415, "file_type"),
    ("html", lambda: b"<html><script>1</script>", 415, "file_type"),
    ("zip", lambda: b"PK\x03\x04" + bytes(100), 415, "file_type"),
    ("gif", lambda: b"GIF89a" + bytes(100), 415, "file_type"),
    ("only a header", lambda: b"%PDF-1.7\n", 415, "file_type"),
    ("png without header", lambda: ONE_PIXEL_PNG[:12], 415, "file_type"),
    ("empty picture", lambda: ONE_PIXEL_PNG[:16] + bytes(8) + ONE_PIXEL_PNG[24:], 415, "file_type"),
    ("pixel bomb", lambda: ONE_PIXEL_PNG[:16] + b"\x7f" * 8 + ONE_PIXEL_PNG[24:], 415, "file_type"),
    ("jpeg without frame", lambda: ONE_PIXEL_JPEG[:20] + b"\xff\xd9", 415, "file_type"),
    ("javascript", with_javascript, 422, "pdf_open_action"),
    ("launch", with_launch, 422, "pdf_open_action"),
    ("script of a page", with_script_of_a_page, 422, "pdf_active_content"),
    ("attachment", with_attachment, 422, "pdf_embedded_file"),
    ("password", lambda: with_password("secret"), 422, "pdf_password"),
    ("owner password", lambda: with_password(""), 422, "pdf_password"),
    ("empty", lambda: b"", 422, "file_empty"),
    ("30 MB", lambda: b"%PDF-1.7\n" + bytes(30 * MIB), 413, "file_size"),
    ("one byte too many", lambda: b"%PDF-1.7\n" + bytes(25 * MIB - 8), 413, "file_size"),
]


async def test_refused_uploads(desk: Desk, tmp_path: Path, database: ServiceDatabase) -> None:
    member = await desk.register()
    before = await state_of(database.admin_dsn)
    for name, content, status, rule in REFUSED:
        answer = await desk.upload(member["member_id"], content())
        assert answer.status_code == status, name
        assert answer.headers["content-type"] == "application/problem+json", name
        assert [(one["pointer"], one["rule"]) for one in answer.json()["errors"]] == [("/file", rule)], name
        assert stored_files(tmp_path) == [], name
        assert await state_of(database.admin_dsn) == before, name


async def test_first_page_as_opening_view_is_harmless(desk: Desk) -> None:
    def open_at_first_page(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])

    member = await desk.register()
    assert (await desk.upload(member["member_id"], _changed(open_at_first_page))).status_code == 201


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
