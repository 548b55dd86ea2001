"""Which HTTP status a failure has, where the kit's table does not say it."""

from collections.abc import Mapping

from kit.errors import DomainError
from payout_svc.domain.errors import TransferFileInvalid, UnbalancedEntry

PROBLEMS: Mapping[type[DomainError], int] = {
    # A person must change code or data: these are never the caller's fault.
    UnbalancedEntry: 500,
    TransferFileInvalid: 500,
}
