"""What the signature of a P7M file is worth, told and never decided on."""

from datetime import date
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from document_samples import invoice_xml, really_signed, signed

from claims_api.adapters.document_reading import read_document
from claims_api.adapters.electronic_invoice import read_signatures
from claims_api.domain.document_kinds import MediaType
from claims_api.domain.signature import Integrity, Signature

TODAY = date(2026, 12, 31)
BODY = "<FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento><Numero>12/A</Numero></DatiGeneraliDocumento>"
CONTENT = invoice_xml(BODY + "</DatiGenerali></FatturaElettronicaBody>")
NERI = ("Studio Medico Neri", "Studio Medico Neri")


@pytest.fixture(scope="module", params=["rsa", "ec"])
def file(request: pytest.FixtureRequest) -> bytes:
    key = rsa.generate_private_key(65537, 2048) if request.param == "rsa" else ec.generate_private_key(ec.SECP256R1())
    return really_signed(CONTENT, key)


def test_a_signature_that_fits_is_verified(file: bytes, tmp_path: Path) -> None:
    path = tmp_path / "invoice.p7m"
    path.write_bytes(file)
    reading = read_document(path, MediaType.P7M, TODAY)
    assert reading.signatures == (Signature(Integrity.VERIFIED, *NERI),)
    assert reading.fields == read_of(tmp_path, CONTENT)


def read_of(folder: Path, content: bytes) -> list[object]:
    path = folder / "plain.xml"
    path.write_bytes(content)
    reading = read_document(path, MediaType.XML, TODAY)
    assert reading.signatures == ()
    return list(reading.fields)


def test_a_changed_invoice_is_broken_and_read_all_the_same(file: bytes, tmp_path: Path) -> None:
    assert file.count(b"12/A") == 1
    forged = file.replace(b"12/A", b"13/A")
    assert read_signatures(forged) == (Signature(Integrity.BROKEN, *NERI),)
    path = tmp_path / "forged.p7m"
    path.write_bytes(forged)
    assert "13/A" in {field.value for field in read_document(path, MediaType.P7M, TODAY).fields}


def test_a_changed_signature_or_other_signed_facts_are_broken(file: bytes) -> None:
    signer = cms.ContentInfo.load(file)["content"]["signer_infos"][0]
    raw = signer["signature"].native
    assert read_signatures(file.replace(raw, raw[:-1] + bytes([raw[-1] ^ 1]))) == (Signature(Integrity.BROKEN, *NERI),)
    year = next(one["values"][0] for one in signer["signed_attrs"] if one["type"].native == "signing_time").contents
    later = file.replace(year, bytes([year[0] ^ 1]) + year[1:])
    assert later != file
    assert read_signatures(later) == (Signature(Integrity.BROKEN, *NERI),)


def test_what_cannot_be_checked_is_said_so(file: bytes) -> None:
    assert read_signatures(signed(CONTENT)) == (Signature(Integrity.NOT_CHECKED),)
    envelope = cms.ContentInfo.load(file)
    envelope["content"]["certificates"] = []
    assert read_signatures(envelope.dump(force=True)) == (Signature(Integrity.NOT_CHECKED),)
    old = cms.ContentInfo.load(file)
    old["content"]["signer_infos"][0]["digest_algorithm"]["algorithm"] = "sha1"
    assert read_signatures(old.dump(force=True)) == (Signature(Integrity.NOT_CHECKED, *NERI),)
