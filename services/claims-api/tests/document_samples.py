"""Files as members send them, and as members never should."""
# ruff: noqa: ARG002 (a fake has the signature of its port)

import asyncio
import base64
import io
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
from asn1crypto import algos, cms, core
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from pikepdf import Dictionary, Name, String
from PIL import Image

from claims_api.adapters.document_inspection import clean
from claims_api.adapters.file_type import CleanFile

HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAAAA"
    "AERAAAIAAQAAAAAB4gABAAAAAAAAAHsAAgAAAAACXQABAAAAAAAAADIAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZl"
    "AgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH/"
    "/wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29s"
    "cm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAIAAAAAEAAAAAAAAAAv///+AAAAACAAAAEHBpeGkAAAAA"
    "AwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAtW1kYXQAAAB3KAGvWPkTkl//ypX/9OJIeTY1"
    "Fb82xMXbnz/PFK4zQIxSgVVXygHqjHtf0XQww8vOaY9/nvouv0adJgsKc6yRr0M1VdBxn//xGoU0GLsDIMqJAGYyElscXoI00LnFQWuNHJ0IwnzS"
    "Pu5fmlK2zZaGoX9BYBB5uRgAAAAGRXhpZgAATU0AKgAAAAgAAQEOAAIAAAANAAAAGgAAAABzZWNyZXQgcGxhY2UAAA=="
)
ORIENTATION, GPS, DESCRIPTION = 0x0112, 0x8825, 0x010E


class ThreadChecker:
    """The checks without the process of their own: what they find is the same."""

    async def check(self, source: Path, target: Path, *, seconds: float) -> CleanFile | None:
        return await asyncio.to_thread(clean, source, target)


class NeverInTime:
    """A check that takes longer than an upload waits."""

    async def check(self, source: Path, target: Path, *, seconds: float) -> CleanFile | None:
        return None


def pdf(text: str = "fattura", **root: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 200))
        document.docinfo["/Title"] = text
        for key, value in root.items():
            document.Root[f"/{key}"] = value
        document.save(out, deterministic_id=True)
    return out.getvalue()


def changed_pdf(change: Callable[[pikepdf.Pdf], None], **save: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        change(document)
        document.save(out, **save)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **save: Any) -> bytes:
    out = io.BytesIO()
    image = Image.new("L" if mode == "I;16" else "RGB", size, "white")
    image.paste("black", (0, 0, size[0] // 4, size[1]))
    image.convert(mode).save(out, kind, **save)
    return out.getvalue()


def photograph() -> bytes:
    """A picture that lies on its side and says where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[DESCRIPTION] = "secret place"
    exif.get_ifd(GPS)[1] = "N"
    return picture(exif=exif.tobytes(), comment=b"secret comment")


def invoice_xml(body: str = "", *, before: str = "") -> bytes:
    head = 'xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2" versione="FPR12"'
    return f'<?xml version="1.0"?>{before}<p:FatturaElettronica {head}>{body}</p:FatturaElettronica>'.encode()


def signed(content: bytes) -> bytes:
    """Put content into the form of a signature; nobody has signed it."""
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "data", "content": core.OctetString(content)},
            "signer_infos": [],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def really_signed(content: bytes, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    """Sign content with a certificate that the key has made for itself, as a CAdES file does."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Studio Medico Neri")])
    first = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, first, first + timedelta(days=365))
    options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
    signing = pkcs7.PKCS7SignatureBuilder().set_data(content)
    return signing.add_signer(builder.sign(key, SHA256()), key, SHA256()).sign(Encoding.DER, options)


def with_javascript() -> bytes:
    return pdf(OpenAction=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def with_launch() -> bytes:
    return pdf(OpenAction=Dictionary(S=Name.Launch, F=String("cmd.exe")))


def with_script_of_a_page() -> bytes:
    return pdf(AA=Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("x"))))


def with_attachment() -> bytes:
    def attach(document: pikepdf.Pdf) -> None:
        document.attachments["evil.exe"] = b"MZ"

    return changed_pdf(attach)


def with_password(user: str) -> bytes:
    return changed_pdf(lambda _: None, encryption=pikepdf.Encryption(owner="o", user=user))


def with_stream(content: bytes, **entries: Any) -> bytes:
    def add(document: pikepdf.Pdf) -> None:
        stream = document.make_stream(content)
        for key, value in entries.items():
            stream[f"/{key}"] = value
        document.Root["/X"] = stream

    return changed_pdf(add, compress_streams=not entries)


def signed_pdf(tail: bytes = b"") -> bytes:
    def sign(document: pikepdf.Pdf) -> None:
        document.Root["/S1"] = document.make_indirect(Dictionary(Type=Name.Sig, ByteRange=pikepdf.Array([0, 1, 2, 3])))

    return changed_pdf(sign) + tail


def pixel_bomb() -> bytes:
    """A small PNG that says it has a thousand million pixels."""
    content = bytearray(picture("PNG"))
    content[16:24] = (30_000).to_bytes(4, "big") + (30_000).to_bytes(4, "big")
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

# name: (content, HTTP status, rule)
HOSTILE: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "text": (lambda: b"hello", 415, "file_type"),
    "html": (lambda: b"<html><script>1</script>", 415, "file_type"),
    "zip": (lambda: b"PK\x03\x04" + bytes(100), 415, "file_type"),
    "zip before a pdf": (lambda: b"PK\x03\x04" + pdf(), 415, "file_type"),
    "gif": (lambda: b"GIF89a" + bytes(100), 415, "file_type"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', 415, "file_type"),
    "xml of another kind": (lambda: b"<a>FatturaElettronica</a>", 415, "file_type"),
    "only a header": (lambda: b"%PDF-1.7\n", 415, "file_damaged"),
    "zip called pdf": (lambda: b"%PDF-1.7\nPK\x03\x04" + bytes(500), 415, "file_damaged"),
    "cut pdf": (lambda: pdf()[:60], 415, "file_damaged"),
    "javascript": (with_javascript, 422, "pdf_open_action"),
    "launch": (with_launch, 422, "pdf_open_action"),
    "script of a page": (with_script_of_a_page, 422, "pdf_active_content"),
    "attachment": (with_attachment, 422, "pdf_embedded_file"),
    "password": (lambda: with_password("secret"), 422, "pdf_password"),
    "owner password": (lambda: with_password(""), 422, "pdf_password"),
    "unpacks to 210 MB": (
        lambda: with_stream(zlib.compress(bytes(210_000_000), 1), Filter=Name.FlateDecode),
        422,
        "decompression_bomb",
    ),
    "picture of 10,000 million": (
        lambda: with_stream(b"x", Subtype=Name.Image, Width=100_000, Height=100_000),
        422,
        "image_pixels",
    ),
    "packed three times": (
        lambda: with_stream(b"x", Filter=pikepdf.Array([Name.FlateDecode] * 3)),
        422,
        "decompression_bomb",
    ),
    "zip behind a signed pdf": (lambda: signed_pdf(b"PK\x05\x06" + bytes(18)), 422, "pdf_foreign_content"),
    "png without header": (lambda: picture("PNG")[:12], 415, "file_damaged"),
    "cut png": (lambda: picture("PNG", (300, 300))[:-200], 415, "file_damaged"),
    "pixel bomb": (pixel_bomb, 422, "image_pixels"),
    "cut jpeg": (lambda: picture(size=(400, 400))[:700], 415, "file_damaged"),
    "jpeg without picture": (lambda: picture()[:20] + b"\xff\xd9", 415, "file_damaged"),
    "cut heic": (lambda: HEIC[:500], 415, "file_damaged"),
    "entities": (lambda: invoice_xml("&b;", before=LAUGHS), 422, "xml_doctype"),
    "entity of a file": (lambda: invoice_xml("&a;", before=OUTSIDE), 422, "xml_doctype"),
    "signed entities": (lambda: signed(invoice_xml("&b;", before=LAUGHS)), 422, "xml_doctype"),
    "signed text": (lambda: signed(b"hello"), 415, "file_damaged"),
    "something behind a signature": (lambda: signed(invoice_xml()) + b"MZ", 415, "file_damaged"),
}
