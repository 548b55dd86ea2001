"""A file is judged by its content: what is kept of it is harmless, and nothing that comes makes the check crash."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from document_samples import (
    HEIC,
    HOSTILE,
    changed_pdf,
    invoice_xml,
    pdf,
    photograph,
    picture,
    signed,
    signed_pdf,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Name
from PIL import Image

from claims_api.adapters.document_inspection import clean
from claims_api.domain.errors import UnsafeDocument, UnsupportedDocument


def cleaned(folder: Path, content: bytes) -> tuple[str, bytes]:
    source, target = folder / "source", folder / "target"
    source.write_bytes(content)
    found = clean(source, target)
    kept = target.read_bytes()
    assert found.size_bytes == len(kept)
    return found.media_type, kept


@pytest.mark.parametrize(("make", "status", "rule"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_refused_names_its_rule(tmp_path: Path, make: Callable[[], bytes], status: int, rule: str) -> None:
    with pytest.raises(UnsupportedDocument if status == 415 else UnsafeDocument) as refusal:
        cleaned(tmp_path, make())
    assert [(one.pointer, one.rule) for one in refusal.value.errors] == [("/file", rule)]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (pdf(), "application/pdf"),
        (picture(), "image/jpeg"),
        (picture("PNG"), "image/jpeg"),
        (picture("PNG", mode="RGBA"), "image/jpeg"),
        (picture("PNG", mode="P"), "image/jpeg"),
        (picture("PNG", mode="I;16"), "image/jpeg"),
        (picture(mode="CMYK"), "image/jpeg"),
        (picture(mode="L"), "image/jpeg"),
        (HEIC, "image/jpeg"),
        (invoice_xml(), "application/xml"),
        (b"\xef\xbb\xbf" + invoice_xml(), "application/xml"),
        (signed(invoice_xml()), "application/pkcs7-mime"),
    ],
    ids=["pdf", "jpeg", "png", "rgba", "palette", "grey16", "cmyk", "grey", "heic", "xml", "xml with mark", "p7m"],
)
def test_what_is_kept(tmp_path: Path, content: bytes, media_type: str) -> None:
    kind, kept = cleaned(tmp_path, content)
    assert kind == media_type
    if kind == "image/jpeg":
        with Image.open(io.BytesIO(kept)) as image:
            assert image.format == "JPEG"


def test_a_photograph_is_upright_and_says_nothing_of_its_place(tmp_path: Path) -> None:
    _, kept = cleaned(tmp_path, photograph())
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (20, 40)
        assert not image.getexif()
    assert b"secret" not in kept
    assert b"secret" not in cleaned(tmp_path, HEIC)[1]


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x05\x06" + bytes(18), b"%PDF-1.7"])
def test_what_hangs_behind_a_file_is_gone(tmp_path: Path, tail: bytes) -> None:
    for content in (picture() + tail, picture("PNG") + tail, pdf() + b"\n" + tail):
        _, kept = cleaned(tmp_path, content)
        assert tail not in kept[10:]


def test_a_large_photograph_is_kept_at_a_half(tmp_path: Path) -> None:
    _, kept = cleaned(tmp_path, picture(size=(8000, 6000), mode="L"))
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (4000, 3000)


def test_a_signed_pdf_is_kept_byte_by_byte(tmp_path: Path) -> None:
    assert cleaned(tmp_path, signed_pdf(b"\r\n"))[1] == signed_pdf(b"\r\n")


def test_first_page_as_opening_view_is_harmless(tmp_path: Path) -> None:
    def open_at_first_page(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])

    assert cleaned(tmp_path, changed_pdf(open_at_first_page))[0] == "application/pdf"


STARTS = [b"", b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", HEIC[:40], invoice_xml()[:80]]
WHOLE = [pdf(), picture(), picture("PNG"), HEIC, invoice_xml(), signed(invoice_xml()), signed_pdf()]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.builds(lambda start, rest: start + rest, st.sampled_from(STARTS), st.binary(max_size=400)),
        st.builds(
            lambda whole, at, put: whole[: at % len(whole)] + put + whole[at % len(whole) + len(put) :],
            st.sampled_from(WHOLE),
            st.integers(0, 10**6),
            st.binary(max_size=8),
        ),
    )
)
def test_whatever_comes_is_kept_or_refused_by_a_rule(tmp_path: Path, content: bytes) -> None:
    rule = ""
    try:
        kind, _ = cleaned(tmp_path, content)
    except (UnsupportedDocument, UnsafeDocument) as refusal:
        kind, rule = "", refusal.errors[0].rule
    assert rule or kind in {"application/pdf", "image/jpeg", "application/xml", "application/pkcs7-mime"}
