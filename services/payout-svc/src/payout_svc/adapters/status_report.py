"""Reads the bank's payment status reports: pain.002 in any version.

The content comes from outside: no entities, no DTD, no network, a bounded size.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from kit.errors import FieldError
from payout_svc.domain.bank_answer import AnswerScope, BankAnswer, StatusReport
from payout_svc.domain.errors import NotAStatusReport

_NAMESPACES = ("urn:iso:std:iso:20022:tech:xsd:pain.002.001.",)


def read_status_report(content: bytes) -> StatusReport:
    """Read a report.

    Raises: NotAStatusReport.
    """
    root = _parse(content)
    name = etree.QName(root)
    report = root.find("{*}CstmrPmtStsRpt")
    if not (name.namespace or "").startswith(_NAMESPACES) or name.localname != "Document" or report is None:
        raise _refuse(f"the root element is {root.tag!r}, expected Document/CstmrPmtStsRpt of pain.002")
    message = _text(report, "GrpHdr/MsgId")
    if message is None:
        raise _refuse("the report has no GrpHdr/MsgId")
    original = _text(report, "OrgnlGrpInfAndSts/OrgnlMsgId")
    return StatusReport(message, original, tuple(_answers(report, original)))


def _parse(content: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refuse(f"the content is not well-formed XML: {error.msg}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refuse("a document type declaration is not accepted")
    return root


def _answers(report: Any, original: str | None) -> Iterator[BankAnswer]:
    status = _text(report, "OrgnlGrpInfAndSts/GrpSts")
    if original and status:
        yield BankAnswer(AnswerScope.FILE, original, status, _reason(report.find("{*}OrgnlGrpInfAndSts")))
    for payment in report.iterfind("{*}OrgnlPmtInfAndSts"):
        file, status = _text(payment, "OrgnlPmtInfId"), _text(payment, "PmtInfSts")
        if file and status:
            yield BankAnswer(AnswerScope.FILE, file, status, _reason(payment))
        for transaction in payment.iterfind("{*}TxInfAndSts"):
            reference, status = _text(transaction, "OrgnlEndToEndId"), _text(transaction, "TxSts")
            if reference is None or status is None:
                raise _refuse("a TxInfAndSts has no OrgnlEndToEndId or no TxSts")
            yield BankAnswer(AnswerScope.TRANSFER, reference, status, _reason(transaction))


def _reason(element: Any) -> str | None:
    return _text(element, "StsRsnInf/Rsn/Cd") or _text(element, "StsRsnInf/Rsn/Prtry")


def _text(element: Any, path: str) -> str | None:
    text = element.findtext("/".join(f"{{*}}{part}" for part in path.split("/")))
    return text.strip() or None if text else None


def _refuse(why: str) -> NotAStatusReport:
    field = FieldError("/", "pain.002", why)
    return NotAStatusReport(f"the content is not a payment status report (pain.002): {why}", errors=[field])
