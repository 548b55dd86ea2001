"""Verification of Payee by files: a CSV of names and IBANs goes to the bank's service, a CSV of answers comes back."""

import csv
import io
from collections.abc import Sequence

from kit.errors import FieldError
from payout_svc.domain.errors import NotVerificationAnswers
from payout_svc.domain.verification import VerificationAnswer, VerificationRequest, VerificationResult

ASKED = ("reference", "name", "iban")
ANSWERED = ("reference", "result", "name")
# Source: EPC Verification Of Payee scheme rulebook, the codes of the responding bank.
RESULTS = {
    "MTCH": VerificationResult.MATCH,
    "CMTC": VerificationResult.CLOSE_MATCH,
    "NMTC": VerificationResult.NO_MATCH,
    "NOAP": VerificationResult.NOT_POSSIBLE,
}


class FileVerifier:
    """Writes requests and reads answers as files, UTF-8 with semicolons."""

    def request(self, requests: Sequence[VerificationRequest]) -> bytes:
        """Write the file of a batch."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow(ASKED)
        writer.writerows((one.verification_id.hex, one.name, one.iban) for one in requests)
        return out.getvalue().encode()

    def answers(self, content: bytes) -> Sequence[VerificationAnswer]:
        """Read a file of answers.

        Raises: NotVerificationAnswers, with the line and what is wrong with it.
        """
        try:
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
        except (UnicodeDecodeError, csv.Error):
            raise _refuse("", "the file is not UTF-8 text with semicolons") from None
        if not rows or tuple(rows[0]) != ANSWERED:
            raise _refuse("/0", f"the first line must be {';'.join(ANSWERED)}")
        return [_answer(number, row) for number, row in enumerate(rows[1:], 1) if row]


def _answer(number: int, row: Sequence[str]) -> VerificationAnswer:
    if len(row) != len(ANSWERED):
        raise _refuse(f"/{number}", f"a line has {len(ANSWERED)} fields")
    reference, result, name = row
    if result not in RESULTS:
        raise _refuse(f"/{number}/result", f"the result must be one of {', '.join(RESULTS)}")
    return VerificationAnswer(reference.strip(), RESULTS[result], name.strip() or None)


def _refuse(pointer: str, why: str) -> NotVerificationAnswers:
    return NotVerificationAnswers(why, errors=[FieldError(pointer, "verification_answers", why)])
