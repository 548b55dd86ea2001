"""How a fund's bank wants its files; a run keeps the channel that it was prepared with."""

import re
from dataclasses import dataclass
from enum import StrEnum

from kit.errors import FieldError
from payout_svc.domain.errors import BankChannelInvalid
from payout_svc.domain.italian_iban import is_italian_iban

MAX_FILES = 99
_SENDER_CODE = re.compile("[A-Z0-9]{8}")


class FileFormat(StrEnum):
    """The messages that a bank may want; the value is the message's own name."""

    PAIN_03 = "pain.001.001.03"
    PAIN_09 = "pain.001.001.09"
    CBI = "CBIPaymentRequest.00.04.01"


@dataclass(frozen=True, slots=True)
class Debtor:
    """The fund's account, from which transfers are paid."""

    name: str
    iban: str
    bic: str | None


@dataclass(frozen=True, slots=True)
class BankChannel:
    """The terms of the fund's bank.

    Shapes: without a `debtor` the service's own settings name the account; `patron` is month and day of the fund's
    patron, on which it does not work.
    Units: `transfers_per_file` counts transfers; `sender_code` is the Codice Unico CBI (8 letters and digits).
    Raises: BankChannelInvalid.
    """

    file_format: FileFormat = FileFormat.PAIN_09
    transfers_per_file: int = 50_000
    sender_code: str | None = None
    debtor: Debtor | None = None
    patron: tuple[int, int] | None = (12, 7)

    def __post_init__(self) -> None:
        if self.transfers_per_file < 1:
            raise _refuse("/transfers_per_file", "a file takes at least one transfer")
        if self.file_format is FileFormat.CBI and self.sender_code is None:
            raise _refuse("/sender_code", "the CBI format needs the fund's Codice Unico CBI")
        if self.sender_code is not None and not _SENDER_CODE.fullmatch(self.sender_code):
            raise _refuse("/sender_code", "a Codice Unico CBI has 8 capital letters or digits")
        if self.debtor is not None and not is_italian_iban(self.debtor.iban):
            raise _refuse("/debtor/iban", "the form or the check digits are wrong")

    def files(self, transfers: int) -> int:
        """Return how many files a number of transfers needs."""
        return -(-transfers // self.transfers_per_file)


STANDARD_CHANNEL = BankChannel()


def _refuse(pointer: str, why: str) -> BankChannelInvalid:
    return BankChannelInvalid(why, errors=[FieldError(pointer, "bank_channel", why)])
