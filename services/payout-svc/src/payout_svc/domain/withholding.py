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


@dataclass(frozen=True, slots=True)
class Withheld:
    """What was settled of a claim so far, corrections included, and what was kept back of it; `since` its first day."""

    gross_cents: int
    withheld_cents: int
    since: date | None


def withheld(gross_cents: int, parameter: TaxParameter | None) -> int:
    """Return what is kept back of a gross amount, in cents, rounded half up."""
    if parameter is None or gross_cents <= 0:
        return 0
    # A cent at least is left to pay: a payable is never empty.
    return min(gross_cents - 1, (gross_cents * parameter.withholding_bps + BPS // 2) // BPS)


def withheld_of_difference(
    so_far: Withheld, delta_cents: int, parameter: TaxParameter | None, *, gross_of_withholding: bool
) -> int:
    """Return what a correction keeps back, negative where it gives back: all together is as if paid right at once.

    Units: cents. It may take more or less than its share of the difference, as the whole is rounded and not the parts.
    """
    whole = withheld(so_far.gross_cents + delta_cents, parameter) if gross_of_withholding else 0
    return whole - so_far.withheld_cents
