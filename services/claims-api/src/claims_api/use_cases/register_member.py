"""Register a member with the family, or take over what the fund's office changed."""

from dataclasses import dataclass, replace

from claims_api.domain.bank_account import AccountState, BankAccount, read_iban
from claims_api.domain.events import BankAccountChanged, ContactChanged, MemberChanged, PersonFacts
from claims_api.domain.member import Member
from claims_api.domain.registration import MemberRecord, check_record, merge
from claims_api.domain.task import TaskKind
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date
from kit.ids import new_id


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """An account as declared; the office has checked it unless it says otherwise."""

    iban: str
    holder: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Registration:
    """The member as registered, and which of member, contact and bank_account changed."""

    member: Member
    changed: tuple[str, ...]


async def register_member(tx: Tx, *, number: str, record: MemberRecord, account: AccountRecord | None) -> Registration:
    """Bring the register to what is declared; the same declaration again changes and publishes nothing.

    Raises: InvalidMember, InvalidIban, MemberIdentityConflict.
    """
    today = rome_date(tx.now)
    check_record(record, today=today)
    iban = read_iban(account.iban, pointer="/bank_account/iban") if account else ""
    present = await tx.members.lock_by_number(number)
    merged = merge(present, record, number=number, today=today, new_id=new_id)
    changed = _changes(present, merged)
    member = replace(
        merged,
        version=merged.version + ("member" in changed),
        contact_version=merged.contact_version + ("contact" in changed),
    )
    if changed:
        await tx.members.save(member)
    if account is not None and not _same_account(member.bank_account, iban, account):
        changed = (*changed, "bank_account")
        member = replace(member, bank_account=await put_account(tx, member, replace(account, iban=iban)))
    _publish(tx, member, changed)
    if changed:
        tx.audit("member_registered", entity="member", entity_id=member.member_id, changed=list(changed))
    return Registration(member, changed)


def _changes(present: Member | None, merged: Member) -> tuple[str, ...]:
    if present is None:
        return ("member", "contact")
    contact_before = (present.contact, present.language, present.own.full_name)
    contact = contact_before != (merged.contact, merged.language, merged.own.full_name)
    # Contact and language have a version of their own; the language is a fact of the member too.
    member = replace(present, contact=merged.contact, bank_account=merged.bank_account) != merged
    return tuple(name for name, differs in (("member", member), ("contact", contact)) if differs)


def _same_account(present: BankAccount | None, iban: str, account: AccountRecord) -> bool:
    # An account that the bank refused stays refused when the office merely declares it again.
    return present is not None and (present.iban, present.holder, present.verified) == (
        iban,
        account.holder,
        account.verified,
    )


async def put_account(tx: Tx, member: Member, account: AccountRecord) -> BankAccount:
    """Make the account the member's own, keep the one before in the history, and close the task that asked for it."""
    opened = BankAccount(
        account_id=new_id(),
        member_id=member.member_id,
        version=member.bank_account.version + 1 if member.bank_account else 1,
        iban=account.iban,
        holder=account.holder,
        verified=account.verified,
        state=AccountState.ACTIVE,
    )
    await tx.members.replace_account(opened)
    await tx.tasks.close(TaskKind.NEW_IBAN, member.member_id, at=tx.now)
    return opened


def account_event(account: BankAccount) -> BankAccountChanged:
    """Tell others which account the member is paid on."""
    return BankAccountChanged(
        member_id=account.member_id,
        version=account.version,
        iban=account.iban,
        holder=account.holder,
        verified=account.verified,
    )


def _publish(tx: Tx, member: Member, changed: tuple[str, ...]) -> None:
    if "member" in changed:
        tx.publish(member_event(member))
    if "contact" in changed:
        tx.publish(
            ContactChanged(
                member_id=member.member_id,
                version=member.contact_version,
                first_name=member.own.first_name,
                last_name=member.own.last_name,
                email=member.contact.email,
                phone=member.contact.phone,
                language=member.language,
            )
        )
    if "bank_account" in changed and member.bank_account is not None:
        tx.publish(account_event(member.bank_account))


def member_event(member: Member) -> MemberChanged:
    """Tell others the member and the family."""
    return MemberChanged(
        member_id=member.member_id,
        version=member.version,
        number=member.number,
        first_name=member.own.first_name,
        last_name=member.own.last_name,
        fiscal_code=member.own.fiscal_code,
        birth_date=member.own.birth_date,
        category=member.category,
        employer=member.employer,
        enrolled_on=member.enrolled_on,
        hired_on=member.hired_on,
        left_on=member.left_on,
        language=member.language,
        persons=[
            PersonFacts(
                person_id=person.person_id,
                relation=person.relation,
                first_name=person.first_name,
                last_name=person.last_name,
                fiscal_code=person.fiscal_code,
                birth_date=person.birth_date,
                disabled_104=person.disabled_104,
                fiscally_dependent=person.fiscally_dependent,
                valid_from=person.valid_from,
                valid_to=person.valid_to,
            )
            for person in member.persons
        ],
        retired_on=member.retired_on,
        confirmed_on=member.confirmed_on,
        contributions_in_order=member.contributions_in_order,
    )
