"""Let a member change the account that reimbursements go to."""

from uuid import UUID

from claims_api.domain.bank_account import AccountState, BankAccount, holder_matches, read_iban
from claims_api.domain.errors import MemberNotFound
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.register_member import AccountRecord, account_event, put_account


async def change_bank_account(tx: Tx, *, member_id: UUID, iban: str, holder: str) -> BankAccount:
    """Take a new IBAN, also after the bank refused the one before; it counts as verified in the member's own name.

    Raises: InvalidIban, MemberNotFound.
    """
    checked = read_iban(iban, pointer="/iban")
    member = await tx.members.lock(member_id)
    if member is None:
        raise MemberNotFound("There is no such member.")
    present = member.bank_account
    if present and present.state is AccountState.ACTIVE and (present.iban, present.holder) == (checked, holder):
        return present
    own = member.own
    verified = holder_matches(holder, first_name=own.first_name, last_name=own.last_name)
    account = await put_account(tx, member, AccountRecord(checked, holder, verified))
    tx.publish(account_event(account))
    tx.audit("bank_account_changed", entity="member", entity_id=member_id, version=account.version)
    return account
