"""Change how the fund's bank takes files."""

from dataclasses import asdict

from payout_svc.domain.bank_channel import BankChannel
from payout_svc.use_cases.ports import Work


async def change_bank_channel(tx: Work, *, channel: BankChannel, changed_by: str) -> None:
    """Set the terms for the runs that are prepared from now on; prepared runs keep theirs."""
    await tx.channel.change(channel, changed_by=changed_by, at=tx.now)
    tx.audit("bank_channel_changed", entity="bank_channel", entity_id="current", **asdict(channel))
