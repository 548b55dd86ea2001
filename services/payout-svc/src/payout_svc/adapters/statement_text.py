"""What statements say on paper and in spreadsheets: Italian first, English second."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from kit.money import format_eur
from payout_svc.domain.paid_statement import (
    FacilityStatement,
    LineKind,
    PaidInvoice,
    PersonExpenses,
    ReimbursementStatement,
)
from payout_svc.domain.run_month import RunMonth

_KINDS = {
    LineKind.BOOKING: "Prestazioni",
    LineKind.IMPORTED_BOOKING: "Prestazioni importate dal sistema precedente",
    LineKind.BOOKING_CORRECTION: "Aumenti dopo revisione",
}
_UNKNOWN = "Persona non indicata"
# A spreadsheet runs what begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def reimbursement_page(statement: ReimbursementStatement, *, fund_name: str, printed_on: date) -> dict[str, Any]:
    """Return the page of a member's year."""
    return {
        "title": f"{fund_name} – rimborsi {statement.year} – {statement.member_name}",
        "fund_name": fund_name,
        "topic": _pair("Prospetto dei rimborsi", "statement of reimbursements"),
        "heading": _pair(f"Rimborsi ricevuti nel {statement.year}", f"reimbursements received in {statement.year}"),
        "party": statement.member_name,
        "total": _pair("TOTALE RIMBORSATO", "total reimbursed") | {"amount": format_eur(statement.amount_cents)},
        "note": _pair(
            "Somme accreditate nell’anno solare, alla data del pagamento (principio di cassa), al netto dei bonifici "
            "tornati al fondo. Da conservare per la dichiarazione dei redditi.",
            "Amounts paid within the calendar year, by the day of payment, without transfers that came back to the "
            "fund. Keep it for the tax return.",
        ),
        "empty": _pair("Nessun rimborso nell’anno.", "No reimbursement in this year."),
        "columns": [
            _column("Pagato il", "paid on"),
            _column("Pratica", "case", wide=True),
            _column("Articolo", "article"),
            _column("Definita il", "settled on"),
            _column("Spesa", "expense", amount=True),
            _column("Rimborso", "reimbursed", amount=True),
        ],
        "sections": [_person(person) for person in statement.persons],
        "printed": _pair(f"Emesso il {_day(printed_on)}", f"issued on {_day(printed_on)}"),
    }


def facility_page(statement: FacilityStatement, *, fund_name: str, printed_on: date) -> dict[str, Any]:
    """Return the page of a facility's month."""
    month = RunMonth.parse(statement.month).italian
    total = format_eur(statement.amount_cents)
    return {
        "title": f"{fund_name} – distinta {statement.month} – {statement.facility_name}",
        "fund_name": fund_name,
        "topic": _pair("Distinta dei pagamenti", "payment statement"),
        "heading": _pair(f"Distinta di {month}", f"payments of {statement.month}"),
        "party": statement.facility_name,
        "total": _pair("TOTALE BONIFICATO", "total transferred") | {"amount": total},
        "note": _pair(
            "Quota a carico del fondo delle prestazioni in forma diretta, fattura per fattura, con gli aumenti dopo "
            "revisione, al netto dei bonifici tornati al fondo.",
            "The fund’s share of direct services, invoice by invoice, with what reviews have added, without transfers "
            "that came back to the fund.",
        ),
        "empty": _pair("Nessun pagamento nel mese.", "No payment in this month."),
        "columns": [
            _column("Pagata il", "paid on"),
            _column("Codice", "code"),
            _column("Fattura", "invoice", wide=True),
            _column("Dovuta dal", "due from"),
            _column("Quota del fondo", "fund’s share", amount=True),
        ],
        "sections": [section for kind in LineKind if (section := _lines(kind, statement.invoices))],
        "printed": _pair(f"Emessa il {_day(printed_on)}", f"issued on {_day(printed_on)}"),
    }


def _lines(kind: LineKind, invoices: Sequence[PaidInvoice]) -> dict[str, Any] | None:
    """Return the section of one kind of line, if there is any."""
    lines = [one for one in invoices if one.kind is kind]
    if not lines:
        return None
    rows = [
        [
            _day(one.paid_on),
            one.code or "–",
            one.invoice_number,
            _day(one.closed_on),
            f"€ {format_eur(one.amount_cents)}",
        ]
        for one in lines
    ]
    amount = format_eur(sum(one.amount_cents for one in lines))
    return {"name": _KINDS[kind], "detail": "", "amount": amount, "rows": rows}


def _person(person: PersonExpenses) -> dict[str, Any]:
    rows = [
        [
            _day(one.paid_on),
            one.case_number,
            one.article or "–",
            _day(one.settled_on),
            "–" if one.requested_cents is None else f"€ {format_eur(one.requested_cents)}",
            f"€ {format_eur(one.amount_cents)}",
        ]
        for one in person.expenses
    ]
    return {
        "name": person.name or _UNKNOWN,
        "detail": f"C.F. {person.fiscal_code}" if person.fiscal_code else "",
        "amount": format_eur(person.amount_cents),
        "rows": rows,
    }


def reimbursement_csv(statement: ReimbursementStatement) -> bytes:
    """Return a member's year as a spreadsheet."""
    head = ("anno", "persona", "codice_fiscale", "pagato_il", "pratica", "articolo", "definita_il", "spesa", "rimborso")
    return _csv(
        head,
        (
            (
                statement.year,
                one.person_name or _UNKNOWN,
                one.fiscal_code or "",
                one.paid_on.isoformat(),
                one.case_number,
                one.article or "",
                one.settled_on.isoformat(),
                "" if one.requested_cents is None else _plain(one.requested_cents),
                _plain(one.amount_cents),
            )
            for person in statement.persons
            for one in person.expenses
        ),
    )


def facility_csv(statement: FacilityStatement) -> bytes:
    """Return a facility's month as a spreadsheet."""
    head = ("mese", "struttura", "fattura", "chiusa_il", "pagata_il", "quota_fondo", "tipo", "codice")
    return _csv(
        head,
        (
            (
                statement.month,
                statement.facility_name,
                one.invoice_number,
                one.closed_on.isoformat(),
                one.paid_on.isoformat(),
                _plain(one.amount_cents),
                _KINDS[one.kind],
                one.code or "",
            )
            for one in statement.invoices
        ),
    )


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write what Italian spreadsheets open with a double click: semicolons, decimal commas, a byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(head)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _pair(italian: str, english: str) -> dict[str, str]:
    return {"it": italian, "en": english}


def _column(italian: str, english: str, *, amount: bool = False, wide: bool = False) -> dict[str, Any]:
    return _pair(italian, english) | {"amount": amount, "wide": wide}
