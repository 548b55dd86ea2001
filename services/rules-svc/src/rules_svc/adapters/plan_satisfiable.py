"""Whether conditions that must hold together ever can."""

from collections.abc import Iterator, Sequence

from rules_svc.adapters.plan_parts import Predicate

_HIGHEST = 1 << 62


def contradictions(parts: Sequence[Predicate]) -> Iterator[str]:
    """Say of each fact why no value of it can make all the conditions hold; nested `all` are read with them."""
    flat = list(_flat(parts))
    for fact in dict.fromkeys(part.fact for part in flat if part.fact is not None):
        tests = [part for part in flat if part.fact == fact]
        if _values(tests) == set():
            yield f"{fact} cannot be all of these at once"
        low = max((part.at_least for part in tests if part.at_least is not None), default=-_HIGHEST)
        high = min((part.at_most for part in tests if part.at_most is not None), default=_HIGHEST)
        if low > high and len(tests) > 1:
            yield f"{fact} cannot be at least {low} and at most {high}"
        if any(part.present is False for part in tests) and any(part.present is not False for part in tests):
            yield f"{fact} cannot lack and be tested"
    for part in flat:
        if part.not_ is not None and part.not_ in flat:
            yield "a condition and its opposite cannot both hold"


def _flat(parts: Sequence[Predicate]) -> Iterator[Predicate]:
    for part in parts:
        if part.all is not None:
            yield from _flat(part.all)
        else:
            yield part


def _values(tests: Sequence[Predicate]) -> set[str] | None:
    """Return the values that every `in` of a fact leaves, less those that an opposite takes; None without any `in`."""
    left: set[str] | None = None
    for part in tests:
        if part.in_ is not None:
            left = set(part.in_) if left is None else left & set(part.in_)
    return left
