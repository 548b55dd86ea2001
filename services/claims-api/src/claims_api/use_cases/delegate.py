"""Let a member give, list and end delegations, and check one when it is used."""

from datetime import date
from uuid import UUID

from claims_api.domain.delegation import Delegation, check_delegation
from claims_api.domain.errors import DelegationNotFound, InvalidDelegation, NotDelegated
from claims_api.domain.filing_consent import ConsentWay
from claims_api.domain.fund_terms import FundTerms
from claims_api.use_cases.help_filing import end_delegates_consent, give_filing_consent
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date
from kit.errors import FieldError
from kit.ids import new_id


async def give_delegation(
    tx: Tx, *, member_id: UUID, delegate_number: str, valid_from: date | None, valid_to: date | None, terms: FundTerms
) -> Delegation:
    """Let the member of that number act for this one; the giving is the member's consent to the text in force.

    Raises: InvalidDelegation.
    """
    delegate = await tx.members.lock_by_number(delegate_number)
    if delegate is None:
        fault = FieldError("/delegate_number", "member_unknown", "No member has this number.")
        raise InvalidDelegation("There is no such member.", errors=[fault])
    start = valid_from or rome_date(tx.now)
    check_delegation(member_id, delegate.member_id, valid_from=start, valid_to=valid_to)
    given = Delegation(new_id(), member_id, delegate.member_id, start, valid_to, tx.now, tx.context.actor)
    await tx.delegations.add(given)
    await give_filing_consent(
        tx,
        member_id=member_id,
        way=ConsentWay.PORTAL,
        given_on=None,
        version=terms.filing_consent.version,
        terms=terms,
        delegate_member_id=delegate.member_id,
    )
    tx.audit("delegation_given", entity="member", entity_id=member_id, delegate=str(delegate.member_id))
    return given


async def end_delegation(tx: Tx, *, delegation_id: UUID, member_id: UUID) -> Delegation:
    """End a delegation, as the one who gave it or the one who holds it.

    Raises: DelegationNotFound.
    """
    ended = await tx.delegations.revoke(delegation_id, by=member_id, at=tx.now)
    if ended is None:
        raise DelegationNotFound("There is no such delegation.")
    await end_delegates_consent(tx, member_id=ended.member_id, delegate_member_id=ended.delegate_member_id)
    tx.audit("delegation_ended", entity="member", entity_id=ended.member_id, delegation_id=str(delegation_id))
    return ended


async def list_delegations(tx: Tx, *, member_id: UUID) -> list[Delegation]:
    """Return the delegations that a member gave or holds."""
    tx.audit("delegations_read", entity="member", entity_id=member_id)
    return await tx.delegations.of_either(member_id)


async def use_delegation(tx: Tx, *, member_id: UUID, delegate_id: UUID) -> None:
    """Check that one member may act for another today, and write down that it happens.

    Raises: NotDelegated.
    """
    if not await tx.delegations.holds(member_id=member_id, delegate_id=delegate_id, day=rome_date(tx.now)):
        raise NotDelegated("You have no delegation of this member that holds today.")
    tx.audit("acted_for_member", entity="member", entity_id=member_id, delegate=str(delegate_id))
