"""Give out the desk's work: one item to one person at a time."""

from dataclasses import replace
from uuid import UUID

from claims_api.domain.errors import LeaseLost, WorkItemNotFound
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.review import Reviewer
from claims_api.domain.work_item import WorkItem
from claims_api.use_cases.desk_ports import WorkFilter
from claims_api.use_cases.ports import Tx


async def next_work_item(tx: Tx, *, reviewer: Reviewer, terms: FundTerms) -> WorkItem | None:
    """Lease the oldest free item that this person may decide, or nothing when there is none."""
    item = await tx.work.lease_next(
        roles=reviewer.roles, holder=reviewer.subject, now=tx.now, until=terms.leased_until(tx.now)
    )
    if item is not None:
        tx.audit("work_item_leased", entity="work_item", entity_id=item.item_id, claim_id=str(item.claim_id))
    return item


async def renew_lease(tx: Tx, *, item_id: UUID, reviewer: Reviewer, terms: FundTerms) -> WorkItem:
    """Keep an item for another lease, as long as nobody else took it.

    Raises: WorkItemNotFound, LeaseLost.
    """
    item = await _held(tx, item_id, reviewer)
    renewed = replace(item, leased_until=terms.leased_until(tx.now))
    await tx.work.put_lease(renewed)
    return renewed


async def release_lease(tx: Tx, *, item_id: UUID, reviewer: Reviewer) -> WorkItem:
    """Give an item back to the queue, at its old place.

    Raises: WorkItemNotFound, LeaseLost.
    """
    item = await _held(tx, item_id, reviewer)
    released = replace(item, holder=None, leased_until=None)
    await tx.work.put_lease(released)
    tx.audit("work_item_released", entity="work_item", entity_id=item_id, claim_id=str(item.claim_id))
    return released


async def list_work(tx: Tx, *, wanted: WorkFilter) -> list[WorkItem]:
    """Return one page of the queue, in order of receipt."""
    items = await tx.work.page(wanted)
    tx.audit("work_items_listed", entity="work_item", entity_id="*", shown=[str(one.item_id) for one in items])
    return items


async def _held(tx: Tx, item_id: UUID, reviewer: Reviewer) -> WorkItem:
    item = await tx.work.lock(item_id)
    if item is None:
        raise WorkItemNotFound("There is no such open item.")
    if item.holder != reviewer.subject:
        raise LeaseLost("The lease is not yours any more: take the next item.")
    return item
