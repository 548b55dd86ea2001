"""Opening balances: what persons had taken from their limits before the fund's decisions were made here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from kit.errors import FieldError
from rules_svc.domain.decision import Balance, LimitKey, Use
from rules_svc.domain.limits import peak_use, window_keys
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Mode


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """What one person had taken from one limit on one day.

    Shapes: `line` counts from 1, a heading included; `part` names the part of a limit by parts (a study cycle).
    Units: `amount` is cents on the 100 % basis for a limit of money (`is_money`), else requests or units.
    """

    line: int
    person_id: UUID
    limit_id: str
    on: date
    amount: int
    is_money: bool
    mode: Mode
    part: str | None = None


class Opening(NamedTuple):
    """One window that a line takes from."""

    line: int
    person_id: UUID
    key: LimitKey
    on: date
    amount: int


Standing = Mapping[tuple[UUID, str, str], Balance]


def openings_of(
    plan: Plan, lines: Sequence[OpeningLine], known: frozenset[UUID]
) -> tuple[list[Opening], list[FieldError]]:
    """Find the windows that lines take from, and what is wrong with each line."""
    found: list[Opening] = []
    faults: list[FieldError] = []
    seen: set[tuple[object, ...]] = set()
    for line in lines:
        fault = _fault_of(plan, line, known, seen)
        if fault is not None:
            faults.append(fault)
            continue
        limit = plan.limits[line.limit_id]
        extra = {limit.part_fact: line.part} if limit.part_fact and line.part else {}
        for window in window_keys(limit, line.mode, line.on, extra):
            key = LimitKey(limit.id, window, limit.highest, limit.measure, limit.rolling_months)
            found.append(Opening(line.line, line.person_id, key, line.on, line.amount))
    return sorted(found, key=lambda one: (one.person_id, one.key)), faults


def _fault_of(
    plan: Plan, line: OpeningLine, known: frozenset[UUID], seen: set[tuple[object, ...]]
) -> FieldError | None:
    limit = plan.limits.get(line.limit_id)
    if line.person_id not in known:
        return fault(line.line, "person_id", "person_unknown", "nobody of the fund has this id")
    if limit is None:
        return fault(line.line, "limit_id", "limit_unknown", f"the plan has no limit {line.limit_id}")
    if line.is_money != (limit.measure == "amount"):
        wanted = "amount_cents" if limit.measure == "amount" else "units"
        return fault(line.line, wanted, "measure", f"{limit.id} counts {limit.measure}: give {wanted}")
    if limit.part_fact and not line.part and limit.part_default is None:
        return fault(line.line, "part", "part_missing", f"{limit.id} counts by {limit.part_fact}: give part")
    own = (line.person_id, line.limit_id, line.on, line.amount, line.mode, line.part)
    if own in seen:
        return fault(line.line, "line", "line_repeated", "the same line stands above")
    seen.add(own)
    return None


def ceiling_faults(openings: Sequence[Opening], standing: Standing) -> list[FieldError]:
    """Find the lines by which a window would pass its ceiling, with what it has taken already."""
    faults, taken = [], dict(standing)
    for one in openings:
        pair = (one.person_id, one.key.limit_id, one.key.window_key)
        before = taken.get(pair, Balance(0, 0))
        after = Balance(before.consumed + one.amount, before.reserved, (*before.uses, Use(one.on, one.amount)))
        if _highest(after, one.key.rolling_months) > one.key.ceiling:
            message = f"{one.key.limit_id} {one.key.window_key} would pass {one.key.ceiling}"
            faults.append(fault(one.line, "limit_id", "above_ceiling", message))
        else:
            taken[pair] = after
    return faults


def _highest(balance: Balance, months: int) -> int:
    if not months:
        return balance.consumed + balance.reserved
    return max(peak_use(balance.uses, months, use.on) for use in balance.uses)


def fault(line: int, field: str, rule: str, message: str) -> FieldError:
    """Name what is wrong with a line of the file."""
    return FieldError(f"/lines/{line}/{field}", rule, message)
