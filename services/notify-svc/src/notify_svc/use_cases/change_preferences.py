"""A member chooses which messages come by e-mail."""

from collections.abc import Collection
from uuid import UUID

from notify_svc.domain.mail import Contact
from notify_svc.domain.preferences import Preferences, check_declined
from notify_svc.use_cases.ports import Templates, Tx


async def read_preferences(tx: Tx, *, member_id: UUID) -> tuple[Preferences, Contact | None]:
    """Return what a member chose, and the contact that the language and the address come from."""
    tx.audit("preferences.read", entity="member", entity_id=member_id, person_id=member_id)
    declined = await tx.preferences.declined(member_id)
    return Preferences(member_id, declined), await tx.contacts.find(member_id)


async def change_preferences(
    tx: Tx, *, templates: Templates, member_id: UUID, declined: Collection[str]
) -> tuple[Preferences, Contact | None]:
    """Keep what a member does without from now on; what is queued already still goes out.

    Raises: MessageNotOptional.
    """
    check_declined(declined, optional=templates.optional(tx.fund))
    await tx.preferences.change(Preferences(member_id, frozenset(declined)))
    tx.audit(
        "preferences.changed", entity="member", entity_id=member_id, person_id=member_id, declined=sorted(declined)
    )
    return await read_preferences(tx, member_id=member_id)
