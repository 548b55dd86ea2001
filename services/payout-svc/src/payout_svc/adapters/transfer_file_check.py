"""What a bank file must fulfil before it is stored: the XSD, and what no XSD can see."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lxml import etree
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from kit.money import parse_eur
from payout_svc.adapters.file_dialect import FileDialect, dialect_of, transfer_schema
from payout_svc.adapters.transfer_file import control_sum
from payout_svc.domain.errors import TransferFileInvalid
from payout_svc.domain.italian_iban import is_italian_iban
from payout_svc.domain.payout import message_id
from payout_svc.domain.payout_run import FilePart, PayoutRun
from payout_svc.domain.sepa_text import is_sepa_text

# InstrId, EndToEndId, InstdAmt, Nm, IBAN, Ustrd: the scheme gives them this order.
TRANSFER_TEXTS = 6


def check_transfer_file(path: Path, run: PayoutRun, part: FilePart) -> None:
    """Read a written file back as a stream and check it against its part of the run.

    Raises: TransferFileInvalid.
    """
    dialect = dialect_of(run.channel.file_format)
    check = _Check(dialect)
    schema = transfer_schema(run.channel.file_format)
    try:
        with path.open("rb") as file:
            for _, element in etree.iterparse(file, tag=check.watched, schema=schema, resolve_entities=False):
                check.element(element)
    except etree.XMLSyntaxError as error:
        raise TransferFileInvalid(f"the bank file breaks its XSD: {error}") from None
    check.against(part, message_id(run.run_id, part.number))


class _Check:
    """Collects what the file says about itself while it streams by."""

    def __init__(self, dialect: FileDialect) -> None:
        self._dialect = dialect
        self._n = f"{{{dialect.namespace}}}"
        self._root, self._tag = self._n + dialect.envelope[0], f"{self._n}CdtTrfTxInf"
        self._summed = [f"{self._n}GrpHdr"] if dialect.is_cbi else [f"{self._n}GrpHdr", f"{self._n}PmtInf"]
        self.watched = (self._root, self._tag, f"{self._n}GrpHdr", f"{self._n}PmtInf")
        self._messages: set[str] = set()
        self._numbers: set[str] = set()
        self._sums: set[str] = set()
        self._references: set[str] = set()
        self._transfers = 0
        self._cents = 0
        self._complete = False

    def element(self, element: Any) -> None:
        """Take the next complete element: a transfer, a header (its transfers are gone by then), or the document."""
        self._complete = element.tag == self._root
        texts = list(element.itertext())
        if not is_sepa_text("".join(texts)):
            raise TransferFileInvalid("the bank file leaves the SEPA character set")
        if element.tag == self._tag:
            self._transfer(texts)
            # The parent would keep every transfer of the file.
            element.clear()
            previous = element.getprevious()
            if previous is not None and previous.tag == self._tag:
                element.getparent().remove(previous)
        elif element.tag != self._root:
            self._header(element)

    def _header(self, element: Any) -> None:
        n = self._n
        self._messages |= {found.text for name in ("MsgId", "PmtInfId") for found in element.iterfind(n + name)}
        if element.tag in self._summed:
            self._numbers.add(element.findtext(f"{n}NbOfTxs"))
            self._sums.add(element.findtext(f"{n}CtrlSum"))
        if element.find(f".//{n}PstlAdr") is not None:
            raise TransferFileInvalid("the bank file holds an address")
        if self._dialect.is_cbi:
            self._cbi_header(element)

    def _cbi_header(self, element: Any) -> None:
        """Check what CBI asks beyond ISO: who sends the file, and the ABI code of the bank that pays."""
        n = self._n
        if element.tag == f"{n}GrpHdr":
            if element.findtext(f"{n}InitgPty/{n}Id/{n}OrgId/{n}Othr/{n}Issr") != "CBI":
                raise TransferFileInvalid("the bank file does not name its sender by a Codice Unico CBI")
            return
        abi = element.findtext(f"{n}DbtrAgt/{n}FinInstnId/{n}ClrSysMmbId/{n}MmbId")
        if abi is None or abi != (element.findtext(f"{n}DbtrAcct/{n}Id/{n}IBAN") or "")[5:10]:
            raise TransferFileInvalid("the ABI code of the paying bank is not that of the fund's IBAN")
        if element.find(f"{n}NbOfTxs") is not None or element.find(f"{n}CtrlSum") is not None:
            raise TransferFileInvalid("CBI has number and sum in the group header alone")

    def _transfer(self, texts: Sequence[str]) -> None:
        # Looking up each element by its path would cost more than reading the file.
        if len(texts) != TRANSFER_TEXTS:
            raise TransferFileInvalid("a transfer holds an address, or something else that is never written")
        _, reference, amount, _, iban, _ = texts
        if reference in self._references:
            raise TransferFileInvalid(f"the end-to-end id {reference} is there twice")
        self._references.add(reference)
        self._transfers += 1
        self._cents += parse_eur(amount)
        # The library takes several times as long: it is asked about other countries, and for the reason.
        if is_italian_iban(iban):
            return
        try:
            IBAN(iban, validate_bban=True)
        except SchwiftyException as error:
            raise TransferFileInvalid(f"the IBAN of {reference} is wrong: {error}") from None

    def against(self, part: FilePart, reference: str) -> None:
        # With a schema, iterparse ends without an error when the file is cut off.
        if not self._complete:
            raise TransferFileInvalid("the bank file is cut off")
        if (self._transfers, self._cents) != (part.transfers, part.amount_cents):
            raise TransferFileInvalid(
                f"the bank file pays {self._cents} cents in {self._transfers} transfers,"
                f" the run {part.amount_cents} in {part.transfers}"
            )
        if self._numbers != {str(self._transfers)} or self._sums != {control_sum(self._cents)}:
            raise TransferFileInvalid("the control sums of the bank file are not those of its transfers")
        if self._messages != {reference}:
            raise TransferFileInvalid("the bank file has another reference than its part of the run")
