"""The one person of a facility who gets the first credentials (responsabile convenzione)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.certified_mail import is_certified_mail


class ManagerFault(StrEnum):
    """What the fund must have put right."""

    MISSING = "missing"
    SEVERAL = "several"
    CERTIFIED_MAIL = "certified_mail"


@dataclass(frozen=True, slots=True)
class ManagerContact:
    """Somebody whom a facility names; `certified` says that it declares the address as certified mail."""

    name: str
    email: str
    since: date
    certified: bool = False

    @property
    def usable(self) -> bool:
        """Say whether credentials can be sent there."""
        return not self.certified and not is_certified_mail(self.email)


@dataclass(frozen=True, slots=True)
class ManagerChoice:
    """Who gets the credentials, and what is reported."""

    chosen: ManagerContact | None
    faults: tuple[ManagerFault, ...]


def choose_manager(contacts: Sequence[ManagerContact]) -> ManagerChoice:
    """Choose the most recent usable contact; none, several and certified mail are reported.

    Source: FASCHIM e-mail of 2023-02-13, steps 1 to 3; readings AMB-K11, AMB-K16, AMB-K18.
    """
    if not contacts:
        return ManagerChoice(None, (ManagerFault.MISSING,))
    usable = sorted((one for one in contacts if one.usable), key=lambda one: one.since)
    faults = [ManagerFault.SEVERAL] if len(contacts) > 1 else []
    if len(usable) < len(contacts):
        faults.append(ManagerFault.CERTIFIED_MAIL)
    return ManagerChoice(usable[-1] if usable else None, tuple(faults))
