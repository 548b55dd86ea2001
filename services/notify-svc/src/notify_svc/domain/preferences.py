"""Which messages a member wants by e-mail."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from kit.errors import FieldError
from notify_svc.domain.errors import MessageNotOptional


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a member does without; `declined` holds names of messages."""

    member_id: UUID
    declined: frozenset[str]


def check_declined(declined: Collection[str], *, optional: Collection[str]) -> None:
    """Refuse to do without a message that the fund must send, or that does not exist.

    Raises: MessageNotOptional.
    """
    faults = [
        FieldError(f"/declined/{place}", "message_not_optional", "the fund sends this message to everybody it concerns")
        for place, name in enumerate(declined)
        if name not in optional
    ]
    if faults:
        raise MessageNotOptional("some of these messages cannot be switched off", errors=faults)
