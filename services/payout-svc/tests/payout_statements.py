"""Account statements as banks write them."""

from collections.abc import Sequence
from dataclasses import dataclass

FUND_IBAN = "IT60X0542811101000000123456"


@dataclass(frozen=True)
class Booking:
    """One entry with its transactions: end-to-end id, amount, and the reason when it is a return."""

    transactions: Sequence[tuple[str, str, str | None]] = ()
    direction: str = "DBIT"
    amount: str = ""
    status: str = "BOOK"
    booked_on: str = "2026-11-30"
    reversal: bool = False
    file: str | None = None


def paid(reference: str, amount: str, **other: object) -> Booking:
    return Booking([(reference, amount, None)], amount=amount, **other)  # type: ignore[arg-type]


def returned(reference: str, amount: str, reason: str = "AC04", **other: object) -> Booking:
    return Booking([(reference, amount, reason)], direction="CRDT", amount=amount, **other)  # type: ignore[arg-type]


def account_statement(
    *bookings: Booking, kind: str = "camt.053", version: str = "08", account: str = FUND_IBAN, message: str = "BANK-1"
) -> bytes:
    """Write a camt.053 or camt.054 of a version; from 08 on the status is one level deeper."""
    root, part = ("BkToCstmrStmt", "Stmt") if kind == "camt.053" else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    entries = "".join(_entry(booking, version) for booking in bookings)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version}">
  <!-- as the bank writes it -->
  <{root}>
    <GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-12-01T06:00:00+01:00</CreDtTm></GrpHdr>
    <{part}>
      <Id>2026-{message}</Id>
      <Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>
      {entries}
    </{part}>
  </{root}>
</Document>""".encode()


def _entry(booking: Booking, version: str) -> str:
    status = f"<Cd>{booking.status}</Cd>" if version >= "08" else booking.status
    reversal = "<RvslInd>true</RvslInd>" if booking.reversal else ""
    batch = f"<Btch><PmtInfId>{booking.file}</PmtInfId></Btch>" if booking.file else ""
    details = "".join(_transaction(*one) for one in booking.transactions)
    body = f"<NtryDtls>{batch}{details}</NtryDtls>" if batch or details else ""
    return f"""
      <Ntry>
        <Amt Ccy="EUR">{booking.amount}</Amt><CdtDbtInd>{booking.direction}</CdtDbtInd>{reversal}
        <Sts>{status}</Sts><BookgDt><Dt>{booking.booked_on}</Dt></BookgDt><AcctSvcrRef>B-77</AcctSvcrRef>
        <BkTxCd><Domn><Cd>PMNT</Cd></Domn></BkTxCd>{body}
      </Ntry>"""


def _transaction(reference: str, amount: str, reason: str | None) -> str:
    why = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    return f"""<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt>{why}</TxDtls>"""
