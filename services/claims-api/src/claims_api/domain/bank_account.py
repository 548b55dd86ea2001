"""The account that a member is paid on."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

# Pure functions of a kept library, without IO.
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from claims_api.domain.errors import InvalidIban
from kit.errors import FieldError


class AccountState(StrEnum):
    """Whether transfers go to the account: `rejected` means that the bank sent one back."""

    ACTIVE = "active"
    REJECTED = "rejected"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class BankAccount:
    """One version of a member's account; earlier ones are kept as `replaced`."""

    account_id: UUID
    member_id: UUID
    version: int
    iban: str
    holder: str
    verified: bool
    state: AccountState

    @property
    def masked_iban(self) -> str:
        """Show the country and the last four characters only."""
        return f"{self.iban[:2]}{'*' * (len(self.iban) - 6)}{self.iban[-4:]}"


def read_iban(text: str, *, pointer: str) -> str:
    """Return the IBAN without spaces, its check digits and the Italian CIN verified.

    The bank itself is never a reason to refuse: the register inside the library is stale.
    Raises: InvalidIban.
    """
    try:
        return str(IBAN(text, validate_bban=True))
    except (SchwiftyException, ValueError) as error:
        fault = FieldError(pointer, "iban_check", "The IBAN's length, form or check digits are wrong.")
        raise InvalidIban("The IBAN is not valid.", errors=[fault]) from error


def holder_matches(holder: str, *, first_name: str, last_name: str) -> bool:
    """Say whether the account is in the member's own name, whatever the order, case and accents."""
    return _words(f"{first_name} {last_name}") <= _words(holder)


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.replace("'", " ")).encode("ascii", "ignore").decode()
    return set(plain.upper().split())
