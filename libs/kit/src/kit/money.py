"""Money as integer cents: reading, writing and the one rounding rule."""

import re

_HUNDREDTHS = 2
# ISO 4217: the decimals of the minor unit where it is no hundredth.
_MINOR_DIGITS = dict.fromkeys(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"], 0
) | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
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


def minor_digits(currency: str) -> int:
    """Return the decimals of a currency's minor unit (ISO 4217): 2 for the euro, 0 for the yen, 3 for Gulf dinars."""
    return _MINOR_DIGITS.get(currency, _HUNDREDTHS)


def format_eur(cents: int) -> str:
    """Write cents the Italian way, without the currency: `123456` becomes `1.234,56`."""
    return format_amount(cents, _HUNDREDTHS)


def format_amount(minor: int, digits: int) -> str:
    """Write minor units with so many decimals the Italian way: 15000 yen, which have none, become `15.000`."""
    sign = "-" if minor < 0 else ""
    units, rest = divmod(abs(minor), 10**digits)
    return f"{sign}{units:,}".replace(",", ".") + (f",{rest:0{digits}d}" if digits else "")
