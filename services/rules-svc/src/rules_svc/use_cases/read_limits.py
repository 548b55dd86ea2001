"""Show how persons stand in the limits of the plan, and what used them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from rules_svc.domain.errors import NoPlanInForce, PersonNotFound
from rules_svc.domain.standing import Standing, standings
from rules_svc.use_cases.ports import KnownPerson, Tx


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """The standing of one person in one limit and mode."""

    person: KnownPerson
    standing: Standing


async def read_limits(
    tx: Tx,
    *,
    person_id: UUID | None,
    member_id: UUID | None,
    owner_member_id: UUID | None,
    day: date,
    article: str | None = None,
) -> list[PersonStanding]:
    """Return the standings of one person or of a whole family on a day, perhaps of one article alone.

    Raises: PersonNotFound for a person or member of another family; NoPlanInForce.
    """
    family = await _family(tx, person_id, member_id, owner_member_id)
    plan, _ = await tx.plans.in_force(day, None)
    if plan is None:
        raise NoPlanInForce("no plan version covers that day", day=day.isoformat())
    wanted = [one for name, one in plan.limits.items() if article in (None, *plan.articles_of(name))]
    held = await tx.limits.family_balances([one.person_id for one in family], [one.id for one in wanted])
    found: list[PersonStanding] = []
    for person in family:
        balances = held.get(person.person_id, {})
        for limit in wanted:
            shown = standings(limit, plan.ceilings[limit.id], day, balances)
            found += [PersonStanding(person, one) for one in shown]
    tx.audit("limits_read", entity="member", entity_id=family[0].member_id, person_id=person_id)
    return found


async def _family(
    tx: Tx, person_id: UUID | None, member_id: UUID | None, owner_member_id: UUID | None
) -> Sequence[KnownPerson]:
    if person_id is not None:
        known = await tx.persons.find(person_id, owner_member_id)
        family: Sequence[KnownPerson] = [] if known is None else [known]
    else:
        asked = member_id or owner_member_id
        hidden = asked is None or owner_member_id not in (None, asked)
        family = [] if asked is None or hidden else await tx.persons.family(asked)
    if not family:
        raise PersonNotFound("no such person")
    return family


async def read_movements(
    tx: Tx,
    *,
    person_id: UUID,
    owner_member_id: UUID | None,
    limit_id: str,
    after: tuple[datetime, UUID] | None,
    count: int,
) -> list[Mapping[str, Any]]:
    """Return what used a person's limit, reserved it or gave it back, the newest first.

    Raises: PersonNotFound for a person of another family.
    """
    known = await tx.persons.find(person_id, owner_member_id)
    if known is None:
        raise PersonNotFound("no such person")
    tx.audit("limit_movements_read", entity="person", entity_id=person_id, person_id=person_id, limit_id=limit_id)
    return await tx.limits.movements(person_id, limit_id, after, count)
