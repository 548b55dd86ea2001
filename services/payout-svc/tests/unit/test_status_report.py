import pytest
from payout_factories import status_report

from payout_svc.adapters.status_report import read_status_report
from payout_svc.domain.bank_answer import AnswerScope
from payout_svc.domain.errors import NotAStatusReport


def test_reads_file_and_transfer_statuses() -> None:
    report = read_status_report(
        status_report([("MP1", "ACCP", None), ("MP2", "RJCT", "AC04")], group=("MR1", "PART", None))
    )
    assert report.original_message_id == "MR1"
    assert [(a.scope, a.reference, a.status, a.reason) for a in report.answers] == [
        (AnswerScope.FILE, "MR1", "PART", None),
        (AnswerScope.TRANSFER, "MP1", "ACCP", None),
        (AnswerScope.TRANSFER, "MP2", "RJCT", "AC04"),
    ]


@pytest.mark.parametrize("version", ["03", "10", "14"])
def test_any_version(version: str) -> None:
    content = status_report([("MP1", "ACCP", None)]).replace(b"pain.002.001.10", f"pain.002.001.{version}".encode())
    assert len(read_status_report(content).answers) == 1


BAD = {
    "no XML": b"<<<",
    "empty": b"",
    "PDF": b"%PDF-1.7",
    "other XML": b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'><CstmrCdtTrfInitn/></Document>",
    "no namespace": b"<Document><CstmrPmtStsRpt/></Document>",
    "no message id": status_report([]).replace(b"MsgId>", b"MsgIx>"),
    "no end-to-end id": status_report([("MP1", "ACCP", None)]).replace(b"OrgnlEndToEndId>", b"Other>"),
    "external entity": status_report([("MP1", "ACCP", None)]).replace(
        b"?>\n", b"?>\n<!DOCTYPE Document [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n", 1
    ),
    "entity bomb": b"<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><d>&b;</d>",
}


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_refused_by_name(name: str) -> None:
    with pytest.raises(NotAStatusReport, match=r"pain\.002") as refusal:
        read_status_report(BAD[name])
    assert refusal.value.errors[0].rule == "pain.002"
