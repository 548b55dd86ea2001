"""Verification of Payee: whether a bank says that a name and an IBAN belong together."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from payout_svc.domain.payee import PayeeKind


class VerificationResult(StrEnum):
    """The four answers of the EPC scheme; only `no_match` holds a payment."""

    MATCH = "match"
    CLOSE_MATCH = "close_match"
    NO_MATCH = "no_match"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class VerificationRequest:
    """One name and IBAN to ask about; the id is the reference under which the answer comes."""

    verification_id: UUID
    payee_kind: PayeeKind
    payee_id: UUID
    name: str
    iban: str


@dataclass(frozen=True, slots=True)
class VerificationAnswer:
    """One answer; `suggested_name` is what the bank says the holder is called, on a close match."""

    reference: str
    result: VerificationResult
    suggested_name: str | None = None
