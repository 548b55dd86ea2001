"""The euro value of a document in another currency: converted before anything is compared, deducted or priced (1.3).

One rounding (readings A35, A73): the total and what is left after each deduction are converted once, from the exact
amount; the lines share the converted sum, so that they add up to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from kit.money import round_half_up
from rules_svc.domain.request import Request

EURO = "EUR"
_CENTS = 100
_HUNDREDTHS = 2

Rate = tuple[int, int]


def minor_digits(request: Request) -> int:
    """Return how many decimals the currency's minor unit has (ISO 4217); hundredths where the request does not say."""
    return int(request.extra.get("minor_digits", _HUNDREDTHS))


def eur_rate(request: Request) -> Rate | None:
    """Return euro cents per minor unit of the currency as an exact fraction; None where no official rate is known.

    The central bank publishes units of the currency for one euro; a case file may state euro for one unit.
    """
    if request.currency == EURO:
        return 1, 1
    minor = 10 ** minor_digits(request)
    published = _fraction(request.extra.get("units_per_eur"))
    if published is not None:
        return published[1] * _CENTS, published[0] * minor
    stated = _fraction(request.extra.get("eur_per_unit"))
    return None if stated is None else (stated[0] * _CENTS, stated[1] * minor)


def euro_cents(request: Request, amount: int) -> int | None:
    """Convert minor units of the request's currency at the official rate of its day; None where no rate is known."""
    rate = eur_rate(request)
    return None if rate is None else _converted(rate, amount)


def in_euro(request: Request, sums: Iterable[str]) -> Request | None:
    """Return the request with every sum of its document in euro cents; None where no rate is known.

    Shapes: `sums` are the extra facts that are sums of the document. The currency itself stays as a fact.
    """
    rate = eur_rate(request)
    if rate is None:
        return None
    total = request.amount_cents
    claimed = sum(item.amount_cents for item in request.items) if request.items else total
    converted, within = _converted(rate, total), _converted(rate, claimed)
    shares = _shared(rate, within, [item.amount_cents for item in request.items])
    names = [name for name in sums if _is_sum(request.extra.get(name))]
    # Stamp duty that no line holds is outside of them already: only the rest comes off the lines.
    stamp = max(request.stamp_duty_cents - max(total - claimed, 0), 0)
    taken = _taken(rate, claimed, [stamp, request.other_fund_refund_cents, *(int(request.extra[n]) for n in names)])
    return replace(
        request,
        amount_cents=converted,
        items=tuple(replace(item, amount_cents=cents) for item, cents in zip(request.items, shares, strict=True)),
        stamp_duty_cents=taken[0] + (converted - within if taken[0] else 0),
        other_fund_refund_cents=taken[1],
        extra={**request.extra, **dict(zip(names, taken[2:], strict=True))},
    )


def _converted(rate: Rate, amount: int) -> int:
    return round_half_up(amount * rate[0], rate[1])


def _shared(rate: Rate, total: int, amounts: Sequence[int]) -> list[int]:
    """Share the converted sum over its parts: each rounded down, the cents left over to the largest remainders."""
    parts = [divmod(amount * rate[0], rate[1]) for amount in amounts]
    shares = [cents for cents, _ in parts]
    order = sorted(range(len(parts)), key=lambda index: -parts[index][1])
    for index in order[: total - sum(shares)]:
        shares[index] += 1
    return shares


def _taken(rate: Rate, total: int, amounts: Sequence[int]) -> list[int]:
    """Convert deductions by what each leaves: where nothing is left of the document, no cent is left in euro."""
    taken, left = [], total
    for amount in amounts:
        after = max(left - amount, 0)
        taken.append(_converted(rate, left) - _converted(rate, after))
        left = after
    return taken


def _is_sum(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and value.isdecimal())


def _fraction(value: Any) -> Rate | None:
    """Read a positive decimal number, as text, as an exact fraction."""
    whole, _, decimals = str(value or "").partition(".")
    digits = whole + decimals
    return (int(digits), 10 ** len(decimals)) if digits.isdecimal() and int(digits) > 0 else None
