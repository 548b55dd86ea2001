"""The official rate of an expense in a foreign currency."""

from dataclasses import replace

from kit.money import minor_digits
from rules_svc.domain.request import Request
from rules_svc.use_cases.ports import Tx

_EURO = "EUR"
# What the engine reads; nobody who asks for money may state it.
_FACTS = ("eur_per_unit", "units_per_eur", "rate_on", "minor_digits")
_HUNDREDTHS = 2


async def with_official_rate(tx: Tx, *, request: Request) -> Request:
    """Return the request with the rate of the day of its invoice, or the last known before; without, if none is known.

    The rate and the decimals of the currency become part of the decision's inputs, so that a replay needs no table.
    Source: article 1.3, reading A35.
    """
    extra = {name: value for name, value in request.extra.items() if name not in _FACTS}
    if request.currency != _EURO:
        digits = minor_digits(request.currency)
        if digits != _HUNDREDTHS:
            extra["minor_digits"] = digits
        rate = await tx.rates.on(request.currency, request.expense_date)
        if rate is not None:
            extra |= {"units_per_eur": rate.units_per_eur, "rate_on": rate.on_day.isoformat()}
    return request if extra == request.extra else replace(request, extra=extra)
