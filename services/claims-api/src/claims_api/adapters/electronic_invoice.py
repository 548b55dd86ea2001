"""The Italian electronic invoice (FatturaPA), plain or in a signature (CAdES .p7m), read without trusting it."""

from pathlib import Path

from asn1crypto import cms
from lxml import etree

from claims_api.adapters.file_type import unsafe, unsupported

_ROOT = "FatturaElettronica"
_MAX_ELEMENTS = 50_000


def read_invoice(content: bytes, *, signed: bool) -> etree._Element:
    """Return the root of the invoice. The signature is taken off and not verified: a person looks at the invoice.

    Raises: UnsupportedDocument, UnsafeDocument.
    """
    return _parse(_signed_content(content) if signed else content)


def clean_invoice(source: Path, target: Path, *, signed: bool) -> None:
    """Check an electronic invoice; it is kept byte by byte, because its signature or its hash may be asked for.

    Raises: UnsupportedDocument, UnsafeDocument.
    """
    content = source.read_bytes()
    read_invoice(content, signed=signed)
    target.write_bytes(content)


def _signed_content(content: bytes) -> bytes:
    try:
        # strict: nothing may follow the signature
        envelope = cms.ContentInfo.load(content, strict=True)
        signed = envelope["content_type"].native == "signed_data"
        inner = envelope["content"]["encap_content_info"]["content"].native if signed else None
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError) as error:
        raise unsupported("file_damaged", "The signed file cannot be read.") from error
    if not isinstance(inner, bytes):
        raise unsupported("file_type", "The signature holds no invoice.")
    return inner


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False
    )
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise unsafe("xml_doctype", "The invoice defines entities of its own.")
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise unsupported("file_damaged", "The electronic invoice cannot be read.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise unsafe("xml_doctype", "The invoice defines entities of its own.")
    if etree.QName(root).localname != _ROOT:
        raise unsupported("file_type", "The XML is no electronic invoice.")
    if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        raise unsafe("file_too_complex", "The invoice has too many parts.")
    return root
