"""The bank file: SEPA credit transfers in the message that the fund's bank takes, written as a stream.

Nothing in it depends on the moment of writing, so the same run gives the same bytes. It holds no address: the scheme
does not ask for one, and refuses unstructured ones.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC
from typing import IO, Any, Protocol

from lxml import etree

from payout_svc.adapters.file_dialect import dialect_of
from payout_svc.domain.bank_channel import Debtor
from payout_svc.domain.payout import Transfer, message_id
from payout_svc.domain.payout_run import FilePart, PayoutRun
from payout_svc.domain.remittance import remittance_text
from payout_svc.domain.sepa_text import sepa_amount, sepa_reference, sepa_text

NAME_LENGTH = 70
TEXT_LENGTH = 140


class ByteSink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take bytes."""
        ...


def control_sum(cents: int) -> str:
    """Write the sum of a file; it has no upper limit as single amounts have."""
    return f"{cents // 100}.{cents % 100:02d}"


def _element(path: str, text: str | None = None) -> Any:
    """Make nested elements from a path; the innermost one carries the text."""
    head, *rest = path.split("/")
    root = etree.Element(head)
    _set(root, rest, text)
    return root


def _set(parent: Any, path: Sequence[str], text: str | None) -> Any:
    for name in path:
        parent = etree.SubElement(parent, name)
    parent.text = text
    return parent


class TransferFileWriter:
    """Writes the transfers of one of a run's files into a binary stream, as they come."""

    def __init__(self, out: ByteSink, run: PayoutRun, part: FilePart, debtor: Debtor) -> None:
        self._out = out
        self._run = run
        self._part = part
        self._dialect = dialect_of(run.channel.file_format)
        self._debtor = debtor
        self._stack = ExitStack()
        self._xml: Any = None

    def open(self) -> None:
        """Write everything that stands before the first transfer."""
        self._xml = self._stack.enter_context(etree.xmlfile(self._out, encoding="utf-8"))
        self._xml.write_declaration()
        # The children are written without a namespace of their own: in the text they inherit the document's. With one,
        # lxml would repeat the declaration in every transfer.
        namespace: Any = {None: self._dialect.namespace}
        for name in self._dialect.envelope:
            self._stack.enter_context(self._xml.element(name, nsmap=namespace))
            namespace = None
        self._xml.write(self._group_header())
        self._stack.enter_context(self._xml.element("PmtInf"))
        for element in self._payment_information():
            self._xml.write(element)

    def close(self) -> None:
        """Write the end of the document."""
        self._stack.close()

    def add(self, transfers: Sequence[Transfer]) -> None:
        """Write the next transfers."""
        for transfer in transfers:
            self._xml.write(self._transaction(transfer))

    def _group_header(self) -> Any:
        # The moment of posting, stored with the run: never the moment of writing.
        created = (self._run.posted_at or self._run.prepared_at).astimezone(UTC).replace(microsecond=0)
        header = _element("GrpHdr")
        _set(header, ["MsgId"], self._reference)
        _set(header, ["CreDtTm"], created.isoformat())
        _set(header, ["NbOfTxs"], str(self._part.transfers))
        _set(header, ["CtrlSum"], control_sum(self._part.amount_cents))
        initiator = _set(header, ["InitgPty"], None)
        _set(initiator, ["Nm"], sepa_text(self._debtor.name, NAME_LENGTH))
        if self._dialect.is_cbi:
            sender = _set(initiator, ["Id", "OrgId", "Othr"], None)
            _set(sender, ["Id"], self._run.channel.sender_code)
            _set(sender, ["Issr"], "CBI")
        return header

    @property
    def _reference(self) -> str:
        return sepa_reference(message_id(self._run.run_id, self._part.number))

    def _payment_information(self) -> Iterator[Any]:
        yield _element("PmtInfId", self._reference)
        yield _element("PmtMtd", "TRF")
        yield _element("BtchBookg", "true")
        if not self._dialect.is_cbi:
            yield _element("NbOfTxs", str(self._part.transfers))
            yield _element("CtrlSum", control_sum(self._part.amount_cents))
        payment_type = _element("PmtTpInf")
        _set(payment_type, ["InstrPrty"], "NORM")
        _set(payment_type, ["SvcLvl", "Cd"], "SEPA")
        yield payment_type
        yield _element(self._dialect.execution_date, self._run.execution_on.isoformat())
        yield _element("Dbtr/Nm", sepa_text(self._debtor.name, NAME_LENGTH))
        yield _element("DbtrAcct/Id/IBAN", self._debtor.iban)
        yield self._debtor_bank()
        yield _element("ChrgBr", "SLEV")

    def _debtor_bank(self) -> Any:
        bank = _element("DbtrAgt")
        institution = _set(bank, ["FinInstnId"], None)
        if self._debtor.bic:
            _set(institution, [self._dialect.bic], self._debtor.bic)
        if self._dialect.is_cbi:
            _set(institution, ["ClrSysMmbId", "MmbId"], self._debtor.iban[5:10])
        elif not self._debtor.bic:
            _set(institution, ["Othr", "Id"], "NOTPROVIDED")
        return bank

    def _transaction(self, transfer: Transfer) -> Any:
        text = remittance_text(transfer.payee_kind, self._run.month, transfer.payables)
        transaction = _element("CdtTrfTxInf")
        identity = _set(transaction, ["PmtId"], None)
        _set(identity, ["InstrId"], str(transfer.line))
        _set(identity, ["EndToEndId"], sepa_reference(transfer.end_to_end_id))
        amount = _set(transaction, ["Amt", "InstdAmt"], sepa_amount(transfer.amount_cents))
        amount.set("Ccy", "EUR")
        _set(transaction, ["Cdtr", "Nm"], sepa_text(transfer.name, NAME_LENGTH))
        _set(transaction, ["CdtrAcct", "Id", "IBAN"], transfer.iban)
        _set(transaction, ["RmtInf", "Ustrd"], sepa_text(text, TEXT_LENGTH))
        return transaction


class HashingStream:
    """A binary stream that hashes and counts what passes through it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    def write(self, data: bytes) -> int:
        """Pass bytes on."""
        self._hash.update(data)
        self.size_bytes += len(data)
        return self._out.write(data)

    @property
    def sha256(self) -> str:
        """Return the hash of everything so far."""
        return self._hash.hexdigest()
