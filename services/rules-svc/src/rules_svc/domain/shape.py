"""What requests have in common that differ in amounts, days and persons only: worked out once for all of them.

A fund's requests repeat: the same article, service, documents and codes come again and again. What a plan makes of
those depends on nothing else, so the plan remembers it by the request's shape; only the rest is tested on each request.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from rules_svc.domain.plan import Benefit, Citation, Evidence, Plan, Redirect, Rule, TariffRow
from rules_svc.domain.request import Facts, Request

if TYPE_CHECKING:
    from rules_svc.domain.case import Case

# The facts that may differ between requests of one shape, besides those of `extra`.
_VARYING = frozenset(
    {
        "age",
        "age_in_year",
        "amount_cents",
        "birth_date",
        "enrolled_on",
        "expense_date",
        "hired_on",
        "left_on",
        "quantity",
        "received_on",
    }
)
REMEMBERED = 4096
_NONE: frozenset[str] = frozenset()

Shapes: TypeAlias = "dict[tuple[Any, ...], Shape]"


@dataclass(frozen=True, slots=True)
class Remaining:
    """What of an article is still to be tested on each request of a shape; all the rest cannot hold.

    Shapes: of the rows in `together` the plan says that a person decides, with the other codes of the request;
    `left_out` are the request's codes that the article does not pay, with the reason.
    """

    redirects: tuple[Redirect, ...]
    rules: tuple[Rule, ...]
    evidence: tuple[Evidence, ...]
    together: tuple[TariffRow, ...]
    left_out: Mapping[str | None, Citation]


class Shape:
    """The part of a request that many others share.

    Shapes: `articles` are those asked for, one an item where items name them; `service` and `specialty` are concepts of
    the plan's vocabulary found in the free texts; `varying` are the facts that the shape does not settle.
    """

    __slots__ = ("_remaining", "articles", "codes", "service", "specialty", "varying")

    def __init__(self, plan: Plan, request: Request) -> None:
        items = request.items
        by_item = any(item.article for item in items)
        self.articles = tuple([i.article or request.article for i in items]) if by_item else (request.article,)
        self.codes = frozenset([item.code for item in items if item.code])
        self.service = plan.concepts(request.service)
        self.specialty = plan.concepts(request.provider_specialty) if request.provider_specialty else _NONE
        self.varying = _VARYING.union([f"extra.{name}" for name in request.extra])
        self._remaining: dict[str, Remaining] = {}

    def remaining(self, benefit: Benefit, case: "Case") -> Remaining:
        """Return what is still to be tested of an article; any case of the shape will do."""
        found = self._remaining.get(benefit.article)
        if found is None:
            found = self._remaining[benefit.article] = _remaining(benefit, case)
        return found


def shape_of(plan: Plan, request: Request, facts: Facts) -> Shape:
    """Return the shape of a request under a plan; the plan remembers them up to a bound."""
    person, items, extra = facts.beneficiary, request.items, request.extra
    key = (
        request.article,
        request.mode,
        request.channel,
        request.currency,
        request.provider_kind,
        request.provider_specialty,
        request.service,
        request.documents,
        request.ssn_ticket,
        person.relation,
        person.disabled_104,
        facts.member.category,
        tuple([(item.article, item.code) for item in items]) if items else (),
        tuple(extra) if extra else (),
    )
    found = plan.shapes.get(key)
    if found is None:
        if len(plan.shapes) >= REMEMBERED:
            plan.shapes.clear()
        found = plan.shapes[key] = Shape(plan, request)
    return found


def _remaining(benefit: Benefit, case: "Case") -> Remaining:
    return Remaining(
        redirects=tuple([one for one in benefit.redirects if not one.when.ruled_out(case)]),
        rules=tuple([rule for rule in benefit.rules if not rule.when.ruled_out(case)]),
        evidence=tuple([needed for needed in benefit.evidence if _may_lack(needed, case)]),
        together=tuple(_together(benefit, case.shape.codes)) if benefit.rows else (),
        left_out=dict(_left_out(benefit, case)),
    )


def _may_lack(needed: Evidence, case: "Case") -> bool:
    if needed.alternatives & case.request.documents:
        # One that is there may have expired, where the request tells its day.
        return needed.date_fact is not None and needed.date_fact in case.request.extra
    return needed.when is None or not needed.when.ruled_out(case)


def _together(benefit: Benefit, codes: frozenset[str]) -> Iterable[TariffRow]:
    for code in sorted(codes):
        row = benefit.rows.get(code)
        if row is not None and row.only_with.isdisjoint(codes) and not row.refer_with.isdisjoint(codes):
            yield row


def _left_out(benefit: Benefit, case: "Case") -> Iterable[tuple[str | None, Citation]]:
    for code in {item.code for item in case.request.items}:
        cite = case.plan.defaults.ineligible_items.get(code or "") or benefit.left_out_items.get(code or "")
        if cite is None and benefit.covered_items is not None and code not in benefit.covered_items:
            cite = benefit.covered
        if cite is not None:
            yield code, cite
