"""What lies in the store is encrypted with the fund's key, bound to its name, and readable after a rotation."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from kit.document_cipher import CHUNK_BYTES, DocumentDamaged, DocumentKeys, DocumentKeyUnknown
from kit.documents import DocumentNotFound, DocumentStore, open_store

OLD, NEW, OWN = ("1:" + "a" * 32, "2:" + "b" * 32, "fnm/1:" + "c" * 32)
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7]


def store(folder: Path, *keys: str) -> DocumentStore:
    return open_store(folder.as_uri(), SecretStr(",".join(keys)) if keys else None)


async def pieces(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_written_is_read_and_is_not_on_the_disk(tmp_path: Path, size: int) -> None:
    content = (b"codice fiscale " * (size // 15 + 1))[:size]
    await store(tmp_path, OLD).put("fnm/x", pieces(content), fund="fnm")
    assert await store(tmp_path, OLD).get("fnm/x") == content
    assert b"codice" not in (tmp_path / "fnm/x").read_bytes()


async def test_after_a_rotation_old_objects_stay_readable(tmp_path: Path) -> None:
    await store(tmp_path, OLD).put("a", b"old", fund="fnm")
    rotated = store(tmp_path, NEW, OLD)
    await rotated.put("b", b"new", fund="fnm")
    assert (await rotated.get("a"), await rotated.get("b")) == (b"old", b"new")
    assert await store(tmp_path, NEW).get("b") == b"new"
    with pytest.raises(DocumentKeyUnknown):
        await store(tmp_path, NEW).get("a")


async def test_a_fund_with_a_key_of_its_own_is_written_with_it(tmp_path: Path) -> None:
    both = store(tmp_path, OLD, OWN)
    await both.put("a", b"fnm", fund="fnm")
    await both.put("b", b"other", fund="other")
    assert await store(tmp_path, OWN).get("a") == b"fnm"
    with pytest.raises(DocumentKeyUnknown):
        await store(tmp_path, OWN).get("b")
    with pytest.raises(DocumentKeyUnknown):
        await store(tmp_path, OWN).put("c", b"no key fits", fund="other")


def changed(raw: bytes, how: str) -> bytes:
    head, chunk = len(raw) - 2 * CHUNK_BYTES - 3 * 16 - 100, CHUNK_BYTES + 16
    first, second = raw[head : head + chunk], raw[head + chunk : head + 2 * chunk]
    return {
        "bit": raw[:-1] + bytes([raw[-1] ^ 1]),
        "cut at a chunk": raw[: head + 2 * chunk],
        "cut inside": raw[:-5],
        "swapped": raw[:head] + second + first + raw[head + 2 * chunk :],
        "longer": raw + b"x",
        "plain": b"%PDF-1.7",
        "empty": b"",
        "header only": raw[:6],
    }[how]


@pytest.mark.parametrize(
    "how", ["bit", "cut at a chunk", "cut inside", "swapped", "longer", "plain", "empty", "header only"]
)
async def test_a_changed_object_does_not_open(tmp_path: Path, how: str) -> None:
    one = store(tmp_path, OLD)
    await one.put("x", bytes(2 * CHUNK_BYTES + 100), fund="fnm")
    (tmp_path / "x").write_bytes(changed((tmp_path / "x").read_bytes(), how))
    with pytest.raises(DocumentDamaged):
        await one.get("x")


async def test_an_object_under_another_name_does_not_open(tmp_path: Path) -> None:
    one = store(tmp_path, OLD)
    await one.put("mario", b"his", fund="fnm")
    (tmp_path / "mario").rename(tmp_path / "anna")
    with pytest.raises(DocumentDamaged):
        await one.get("anna")


async def test_written_once_and_deleted_twice(tmp_path: Path) -> None:
    one = store(tmp_path, OLD)
    await one.put("x", b"first", fund="fnm")
    await one.put("x", b"second", fund="fnm")
    assert await one.get("x") == b"first"
    await one.delete("x")
    await one.delete("x")
    with pytest.raises(DocumentNotFound):
        await one.get("x")


@pytest.mark.parametrize("text", ["", "short:abc", "no-secret", "a:" + "x" * 32 + ",a:" + "y" * 32, "fnm/:" + "x" * 32])
def test_keys_that_cannot_be_meant_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="document key"):
        DocumentKeys.parse(text)


async def test_what_is_older_than_a_moment_is_listed_by_folder(tmp_path: Path) -> None:
    kept = store(tmp_path, OLD)
    for key in ("fnm/documents/a", "fnm/documents/b", "fnm/uploads/c", "onaosi/documents/d"):
        await kept.put(key, b"x", fund="fnm")
    for key, seconds in (("fnm/documents/a", 1_000), ("fnm/documents/b", 3_000), ("fnm/uploads/c", 1_000)):
        os.utime(tmp_path / key, (seconds, seconds))
    moment = datetime.fromtimestamp(2_000, UTC)
    assert [page async for page in kept.older_than("fnm/documents", moment)] == [["fnm/documents/a"]]
    assert [page async for page in kept.older_than("fnm/letters", moment)] == []
