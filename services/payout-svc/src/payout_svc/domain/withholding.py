"""What the fund keeps back of a benefit that is gross of withholding."""

from dataclasses import dataclass
from datetime import date

BPS = 10_000


@dataclass(frozen=True, slots=True)
class TaxParameter:
    """The rate from a day on; the circular prints none, so without a parameter nothing is withheld.

    Units: basis points; `valid_from` is included.
    Source: FNM-7.10-R25 and 7.12-R19 with reading A32.
    """

    valid_from: date
    withholding_bps: int


def withheld(gross_cents: int, parameter: TaxParameter | None) -> int:
    """Return what is kept back of a gross amount, in cents, rounded half up."""
    if parameter is None:
        return 0
    # A cent at least is left to pay: a payable is never empty.
    return min(gross_cents - 1, (gross_cents * parameter.withholding_bps + BPS // 2) // BPS)
