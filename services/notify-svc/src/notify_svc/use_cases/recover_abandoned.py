"""A sender died in the middle of its work."""

from notify_svc.use_cases.ports import Tx


async def recover_abandoned(tx: Tx) -> int:
    """Queue again what a dead sender held, mark its open attempts as unknown, and return how many there were."""
    abandoned = await tx.messages.recover_abandoned()
    for message_id in abandoned:
        tx.audit("message.recovered", entity="message", entity_id=message_id)
    return len(abandoned)
