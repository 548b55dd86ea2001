"""What the bank says about transfers (ISO 20022 payment status)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kit.errors import FieldError
from payout_svc.domain.errors import UnknownBankStatus
from payout_svc.domain.payout import PayoutState


class AnswerScope(StrEnum):
    """Whether a status speaks of one transfer or of every transfer of a file that is not listed itself."""

    TRANSFER = "transfer"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """One status; `reference` is an end-to-end id, or the file's message id."""

    scope: AnswerScope
    reference: str
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A payment status report (pain.002) as it was read."""

    message_id: str
    original_message_id: str | None
    answers: Sequence[BankAnswer]


# Source: ISO 20022 external code set ExternalPaymentTransactionStatus1Code. None: the bank is still at work.
_TARGETS: dict[str, PayoutState | None] = {
    "RCVD": None,
    "PDNG": None,
    "PART": None,
    "ACTC": PayoutState.ACCEPTED,
    "ACCP": PayoutState.ACCEPTED,
    "ACWC": PayoutState.ACCEPTED,
    "ACSP": PayoutState.ACCEPTED,
    "ACSC": PayoutState.SETTLED,
    "ACCC": PayoutState.SETTLED,
    "RJCT": PayoutState.RETURNED,
    "CANC": PayoutState.RETURNED,
}


def target_state(answer: BankAnswer) -> PayoutState | None:
    """Return the state to which a status moves a payout, None when it decides nothing yet.

    Raises: UnknownBankStatus.
    """
    try:
        return _TARGETS[answer.status]
    except KeyError:
        field = FieldError("/TxSts", "ExternalPaymentTransactionStatus1Code", f"{answer.status!r} is not known")
        raise UnknownBankStatus(
            f"the report gives the unknown status {answer.status!r} for {answer.reference}", errors=[field]
        ) from None
