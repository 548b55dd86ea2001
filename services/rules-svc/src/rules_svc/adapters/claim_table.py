"""Claims as columns: what differs from claim to claim as numbers, all the rest as a shape that claims share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rules_svc.domain.request import Facts, Item, Request
from rules_svc.domain.simulation import SimulatedClaim

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

NEVER = 0
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class ClaimTable:
    """A population in order of receipt.

    Shapes: `shape` numbers the claims that differ in amount, days and person only, `articles` names the article of each
    shape; `person` and `member` are numbered in order of appearance. `plain` says that the expense is one euro line
    without refund, stamp, further facts or documents on file.
    Units: cents; days are days since 1970, `left` is 0 where the member has not left.
    """

    claims: list[SimulatedClaim]
    articles: list[str]
    shape: Ints
    person: Ints
    member: Ints
    amount: Ints
    spent: Ints
    received: Ints
    birth: Ints
    enrolled: Ints
    left: Ints
    plain: Bools


def table_of(population: Iterable[SimulatedClaim]) -> ClaimTable:
    """Write a population as columns."""
    claims = list(population)
    shapes: dict[tuple[Any, ...], int] = {}
    persons: dict[str, int] = {}
    members: dict[str, int] = {}
    rows = np.empty((len(claims), 10), dtype=np.int64)
    for index, (_, member, person, request, facts) in enumerate(claims):
        own = facts.member
        rows[index] = (
            shapes.setdefault(_shape_of(request, facts), len(shapes)),
            persons.setdefault(person, len(persons)),
            members.setdefault(member, len(members)),
            request.amount_cents,
            request.expense_date.toordinal() - _EPOCH,
            request.received_on.toordinal() - _EPOCH,
            facts.beneficiary.birth_date.toordinal() - _EPOCH,
            own.enrolled_on.toordinal() - _EPOCH,
            own.left_on.toordinal() - _EPOCH if own.left_on else NEVER,
            _is_plain(request, facts),
        )
    names = ("shape", "person", "member", "amount", "spent", "received", "birth", "enrolled", "left")
    columns = {name: np.ascontiguousarray(rows[:, place]) for place, name in enumerate(names)}
    articles = [str(shape[0]) for shape in shapes]
    return ClaimTable(claims=claims, articles=articles, plain=rows[:, -1].astype(np.bool_), **columns)


def _shape_of(request: Request, facts: Facts) -> tuple[Any, ...]:
    person = facts.beneficiary
    return (
        request.article,
        request.mode,
        request.channel,
        request.provider_kind,
        request.provider_specialty,
        request.service,
        request.documents,
        request.ssn_ticket,
        request.items[0].code if request.items else None,
        facts.member.category,
        person.relation,
        person.disabled_104,
        person.fiscally_dependent,
        request.hypothetical,
    )


def _is_plain(request: Request, facts: Facts) -> bool:
    items: tuple[Item, ...] = request.items
    one_line = not items or (len(items) == 1 and items[0].article is None and items[0].quantity == 1)
    return (
        one_line
        and (not items or items[0].amount_cents == request.amount_cents)
        and request.quantity == 1
        and request.currency == "EUR"
        and not request.stamp_duty_cents
        and not request.other_fund_refund_cents
        and not request.extra
        and not facts.on_file
        and facts.member.category != "pensioner"
    )
