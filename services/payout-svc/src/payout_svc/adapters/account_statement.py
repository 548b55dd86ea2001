"""Reads the bank's account statements: camt.053 and camt.054 in any version.

The content comes from outside: no entities, no DTD, no network, a bounded size.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from lxml import etree

from kit.errors import FieldError
from kit.money import parse_eur
from payout_svc.domain.bank_statement import BankStatement, Direction, StatementKind, StatementLine
from payout_svc.domain.errors import NotAnAccountStatement

_ROOTS = {
    "BkToCstmrStmt": (StatementKind.STATEMENT, "Stmt"),
    "BkToCstmrDbtCdtNtfctn": (StatementKind.NOTICE, "Ntfctn"),
}
_NAMESPACES = ("urn:iso:std:iso:20022:tech:xsd:camt.053.001.", "urn:iso:std:iso:20022:tech:xsd:camt.054.001.")
_DIRECTIONS = {"DBIT": Direction.DEBIT, "CRDT": Direction.CREDIT}
_ABSENT = {None, "NOTPROVIDED"}


def read_account_statement(content: bytes) -> BankStatement:
    """Read a statement.

    Raises: NotAnAccountStatement.
    """
    root = _parse(content)
    namespace = etree.QName(root).namespace or ""
    body: Any = root[0] if len(root) else None
    name = etree.QName(body).localname if body is not None else ""
    if not namespace.startswith(_NAMESPACES) or name not in _ROOTS:
        raise _refuse(f"the root element is {root.tag!r}, expected Document of camt.053 or camt.054")
    kind, part = _ROOTS[name]
    message = _text(body, "GrpHdr/MsgId")
    if message is None:
        raise _refuse("the statement has no GrpHdr/MsgId")
    accounts = {_text(one, "Acct/Id/IBAN") for one in body.iterfind(f"{{*}}{part}")} - {None}
    numbers = count(1)
    lines = [
        replace(line, line=next(numbers))
        for entry in body.iterfind(f"{{*}}{part}/{{*}}Ntry")
        for line in _entry_lines(entry)
    ]
    return BankStatement(kind, message, frozenset(str(account) for account in accounts), lines)


def _parse(content: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refuse(f"the content is not well-formed XML: {error.msg}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refuse("a document type declaration is not accepted")
    return root


def _entry_lines(entry: Any) -> Iterator[StatementLine]:
    """Give the transactions of a booking, the booking itself where the bank does not itemise it."""
    whole = StatementLine(
        line=0,
        direction=_direction(entry),
        amount_cents=_cents(entry.find("{*}Amt")),
        # Version 8 and later write the code one level deeper.
        booked=(_text(entry, "Sts/Cd") or _text(entry, "Sts")) == "BOOK",
        booked_on=_booked_on(entry),
        reference=None,
        is_return=_text(entry, "RvslInd") == "true",
        bank_reference=_text(entry, "AcctSvcrRef"),
    )
    parts = entry.findall("{*}NtryDtls")
    if not parts:
        yield whole
    for details in parts:
        transactions = details.findall("{*}TxDtls")
        itemised = len(transactions) > 1 or any(_text(one, "Refs/EndToEndId") for one in transactions)
        if itemised:
            yield from (_transaction_line(transaction, whole) for transaction in transactions)
        else:
            yield _batch_line(details, whole)


def _transaction_line(transaction: Any, whole: StatementLine) -> StatementLine:
    amount = transaction.find("{*}Amt")
    if amount is None:
        amount = transaction.find("{*}AmtDtls/{*}TxAmt/{*}Amt")
    reference = _text(transaction, "Refs/EndToEndId")
    returned = transaction.find("{*}RtrInf") is not None
    return replace(
        whole,
        amount_cents=whole.amount_cents if amount is None else _cents(amount),
        direction=_direction(transaction) if _text(transaction, "CdtDbtInd") else whole.direction,
        reference=None if reference in _ABSENT else reference,
        is_return=whole.is_return or returned,
        reason=_text(transaction, "RtrInf/Rsn/Cd") or _text(transaction, "RtrInf/Rsn/Prtry"),
        bank_reference=_text(transaction, "Refs/AcctSvcrRef") or whole.bank_reference,
    )


def _batch_line(details: Any, whole: StatementLine) -> StatementLine:
    paths = ("Btch/PmtInfId", "Btch/MsgId", "TxDtls/Refs/PmtInfId", "TxDtls/Refs/MsgId")
    file = next((found for path in paths if (found := _text(details, path))), None)
    amount = details.find("{*}Btch/{*}TtlAmt")
    cents = whole.amount_cents if amount is None else _cents(amount)
    return replace(whole, reference=file, is_batch=file is not None, amount_cents=cents)


def _direction(element: Any) -> Direction:
    try:
        return _DIRECTIONS[_text(element, "CdtDbtInd") or ""]
    except KeyError:
        raise _refuse("an entry has no CdtDbtInd of DBIT or CRDT") from None


def _cents(amount: Any) -> int:
    if amount is None or amount.get("Ccy", "EUR") != "EUR":
        raise _refuse("an entry has no amount in euro")
    try:
        # ISO allows five decimals; the euro has two.
        whole, _, decimals = (amount.text or "").strip().partition(".")
        return parse_eur(f"{whole}.{decimals.rstrip('0').ljust(2, '0')}")
    except ValueError:
        raise _refuse(f"{amount.text!r} is not an amount in euro") from None


def _booked_on(entry: Any) -> date | None:
    text = _text(entry, "BookgDt/Dt") or (_text(entry, "BookgDt/DtTm") or "")[:10]
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _refuse(f"{text!r} is not a booking date") from None


def _text(element: Any, path: str) -> str | None:
    text = element.findtext("/".join(f"{{*}}{part}" for part in path.split("/")))
    return text.strip() or None if text else None


def _refuse(why: str) -> NotAnAccountStatement:
    field = FieldError("/", "camt.053|camt.054", why)
    return NotAnAccountStatement(f"the content is not an account statement (camt.053, camt.054): {why}", errors=[field])
