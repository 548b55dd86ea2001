"""The electronic invoice as an upload: read by the kit, kept byte by byte."""

from pathlib import Path

from claims_api.adapters.cms_signature import signatures_of
from claims_api.adapters.file_type import refused
from claims_api.domain.signature import Signature
from kit.papers.electronic_invoice import ElectronicInvoice, open_signature
from kit.papers.electronic_invoice import read_invoice as read
from kit.papers.paper_fault import PaperFault


def read_invoice(content: bytes, *, signed: bool) -> ElectronicInvoice:
    """Return what the invoice says.

    Raises: UnsupportedDocument, UnsafeDocument.
    """
    try:
        return read(content, signed=signed)
    except PaperFault as fault:
        raise refused(fault) from fault


def read_signatures(content: bytes) -> tuple[Signature, ...]:
    """Check the signatures of a signed invoice. They decide nothing: a person looks at the invoice.

    Raises: UnsupportedDocument.
    """
    try:
        return signatures_of(*open_signature(content))
    except PaperFault as fault:
        raise refused(fault) from fault


def clean_invoice(source: Path, target: Path, *, signed: bool) -> None:
    """Check an electronic invoice; it is kept byte by byte, because its signature or its hash may be asked for.

    Raises: UnsupportedDocument, UnsafeDocument.
    """
    content = source.read_bytes()
    read_invoice(content, signed=signed)
    target.write_bytes(content)
