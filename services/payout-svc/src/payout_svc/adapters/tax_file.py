"""The communication as a file, in a format of our own: docs/guides/payments.md describes it record by record."""

import csv
import io
from collections.abc import Sequence

from payout_svc.domain.tax_communication import TaxCommunication, TaxLine

VERSION = "1"


class CsvTaxFile:
    """One header, one detail a person, one trailer; UTF-8, semicolons, euro with a decimal point."""

    def write(self, made: TaxCommunication, lines: Sequence[TaxLine], *, fund_name: str) -> bytes:
        """Write a communication; the same one gives the same bytes."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow(["H", VERSION, fund_name, made.year, made.number, made.kind, made.made_at.date().isoformat()])
        for line in sorted(lines, key=lambda one: (one.fiscal_code, one.person_id)):
            writer.writerow(["D", line.fiscal_code, line.name, _euro(line.amount_cents), _euro(line.previous_cents)])
        changed = sum(line.amount_cents - line.previous_cents for line in lines)
        writer.writerow(["T", len(lines), _euro(changed), made.persons, _euro(made.amount_cents)])
        return out.getvalue().encode()


def _euro(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
