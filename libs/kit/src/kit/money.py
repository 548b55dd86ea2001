"""Money as integer cents: reading, writing and the one rounding rule."""

import re

_AMOUNT = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide two integers and round half away from zero.

    Units: any; the result has the unit of `numerator / denominator`.
    Source: reading A73 of the FNM circular (half-up, to the cent, once).
    """
    if denominator <= 0:
        raise ValueError("denominator must be positive")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def parse_eur(text: str) -> int:
    """Read a decimal amount such as `150.00` as cents.

    Raises: ValueError when the text has more than two decimals or is no plain amount.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"not an amount in euro: {text!r}")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def format_eur(cents: int) -> str:
    """Write cents the Italian way, without the currency: `123456` becomes `1.234,56`."""
    sign = "-" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    return f"{sign}{euros:,}".replace(",", ".") + f",{rest:02d}"
