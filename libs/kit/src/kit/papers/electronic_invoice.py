"""The Italian electronic invoice (FatturaPA), plain or in a signature (CAdES .p7m), read without trusting it.

Source: Agenzia delle Entrate, "Specifiche tecniche FatturaPA" 1.2; names of elements are those of its schema.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from asn1crypto import cms
from lxml import etree

from kit.money import minor_digits
from kit.papers.paper_fault import unreadable, unsafe

_ROOT = "FatturaElettronica"
_MAX_ELEMENTS = 50_000
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_GENERAL = "DatiGenerali/DatiGeneraliDocumento"
_SELLER = "FatturaElettronicaHeader/CedentePrestatore/DatiAnagrafici"
_BUYER = "FatturaElettronicaHeader/CessionarioCommittente/DatiAnagrafici"


@dataclass(frozen=True, slots=True)
class ElectronicLine:
    """One line (DettaglioLinee).

    Shapes: `text` is all that the line says.
    Units: `amount_cents` is what the line costs with its tax; None where it is not stated.
    """

    description: str
    text: str
    amount_cents: int | None


@dataclass(frozen=True, slots=True)
class ElectronicInvoice:
    """What the first invoice of a file says; None where it says nothing.

    Shapes: `date` as YYYY-MM-DD as written, `text` is all that the invoice says, `invoices` how many the file has.
    Units: cents, or whole minor units of the currency that the invoice is in.
    """

    number: str | None
    date: str | None
    total_cents: int | None
    seller_vat_number: str | None
    buyer_fiscal_code: str | None
    lines: tuple[ElectronicLine, ...]
    text: str
    invoices: int


def is_signed_invoice(head: bytes) -> bool:
    """Say whether a file begins as a signature (.p7m) does."""
    return head[:1] == b"\x30" and _SIGNED_DATA in head[:24]


def is_plain_invoice(head: bytes) -> bool:
    """Say whether a file begins as an electronic invoice does."""
    return head.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"<") and _ROOT.encode() in head


def read_invoice(content: bytes, *, signed: bool) -> ElectronicInvoice:
    """Return what the invoice says. A signature is taken off and not verified: a person looks at the invoice.

    Raises: PaperFault.
    """
    root = _parse(open_signature(content)[1] if signed else content)
    bodies = root.findall("{*}FatturaElettronicaBody")
    body = bodies[0] if bodies else root
    digits = minor_digits(_text(body, f"{_GENERAL}/Divisa") or "EUR")
    return ElectronicInvoice(
        number=_text(body, f"{_GENERAL}/Numero"),
        date=_text(body, f"{_GENERAL}/Data"),
        total_cents=_total(body, digits),
        seller_vat_number=_text(root, f"{_SELLER}/IdFiscaleIVA/IdCodice"),
        buyer_fiscal_code=_text(root, f"{_BUYER}/CodiceFiscale"),
        lines=tuple(_line(line, digits) for line in body.iterfind("{*}DatiBeniServizi/{*}DettaglioLinee")),
        text=_all_text(body),
        invoices=len(bodies),
    )


def open_signature(content: bytes) -> tuple[cms.SignedData, bytes]:
    """Return a signature and what it holds.

    Raises: PaperFault.
    """
    try:
        # strict: nothing may follow the signature
        envelope = cms.ContentInfo.load(content, strict=True)
        signed = envelope["content_type"].native == "signed_data"
        inner = envelope["content"]["encap_content_info"]["content"].native if signed else None
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError) as error:
        raise unreadable("file_damaged", "The signed file cannot be read.") from error
    if not isinstance(inner, bytes):
        raise unreadable("file_type", "The signature holds no invoice.")
    return envelope["content"], inner


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False
    )
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise unsafe("xml_doctype", "The invoice defines entities of its own.")
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise unreadable("file_damaged", "The electronic invoice cannot be read.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise unsafe("xml_doctype", "The invoice defines entities of its own.")
    if etree.QName(root).localname != _ROOT:
        raise unreadable("file_type", "The XML is no electronic invoice.")
    if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        raise unsafe("file_too_complex", "The invoice has too many parts.")
    return root


def _line(line: etree._Element, digits: int) -> ElectronicLine:
    net, rate = _number(_text(line, "PrezzoTotale")), _number(_text(line, "AliquotaIVA")) or Decimal(0)
    cents = None if net is None else _minor(net * (1 + rate / 100), digits)
    return ElectronicLine(_text(line, "Descrizione") or "", _all_text(line), cents)


def _total(body: etree._Element, digits: int) -> int | None:
    stated = _number(_text(body, f"{_GENERAL}/ImportoTotaleDocumento"))
    if stated:
        return _minor(stated, digits)
    parts = body.iterfind(".//{*}DatiRiepilogo/{*}*")
    wanted = [part for part in parts if etree.QName(part).localname in {"ImponibileImporto", "Imposta"}]
    return _minor(sum((_number(part.text) or Decimal(0) for part in wanted), Decimal(0)), digits) or None


def _minor(amount: Decimal, digits: int) -> int:
    return int(amount.scaleb(digits).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    # Twelve digits before the point are more than any schema's amount; more would not be a number of cents.
    return number if number.is_finite() and abs(number) < Decimal(10) ** 12 else None


def _text(element: etree._Element, path: str) -> str | None:
    """Return the text at a path, whatever the namespace."""
    found = element.findtext("/".join(f"{{*}}{step}" for step in path.split("/")))
    return (found or "").strip() or None


def _all_text(element: etree._Element) -> str:
    return "\n".join(str(text).strip() for text in element.itertext() if str(text).strip())
