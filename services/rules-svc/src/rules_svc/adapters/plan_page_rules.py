"""The general rules of a plan (terms, warnings, beneficiaries, payment, notice) under the articles that they cite."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rules_svc.adapters import plan_italian as italian
from rules_svc.adapters import plan_schema as schema
from rules_svc.adapters.plan_page_benefits import told_lines
from rules_svc.adapters.plan_page_parts import Block, Line, line, plain_lines
from rules_svc.adapters.plan_page_terms import band_line

_SENTENCES: Mapping[str, str] = {
    "rounding": "L'importo si arrotonda al centesimo, per eccesso dal mezzo centesimo, una volta sola alla fine.",
    "filing": "Il diritto decade trascorsi {days} giorni dalla data della fattura o dell'evento: le richieste "
    "pervenute oltre il termine non sono considerate.",
    "balance_invoice": "Con fatture d'acconto il termine decorre dalla data della fattura a saldo.",
    "interim_invoices": "Le fatture d'acconto da sole non sono rimborsabili, salvo dove l'articolo lo prevede.",
    "registered": "La spesa non è anteriore all'iscrizione del socio.",
    "leaver": "Soci cessati: sono rimborsati i sussidi caricati entro la data di cessazione.",
    "pensioner": "Soci pensionati: almeno {years} anni di iscrizione.",
    "pensioner_confirmation": "L'adesione si conferma entro {months} mesi dalla cessazione dal servizio.",
    "suspended_lapse": "Le richieste sospese e non integrate sono respinte dopo {days} giorni dalla sospensione.",
    "adult": "Si è maggiorenni a {years} anni.",
    "foreign_currency": "Le prestazioni in valuta estera si convertono al cambio ufficiale del giorno della fattura.",
    "other_cover": "Il rimborso di altri fondi o assicurazioni si toglie dalla spesa prima del sussidio; se non è "
    "ripartito fra le prestazioni, si imputa in modo che il sussidio sia il minore.",
    "bundled_invoice": "Più prestazioni con un unico importo totale: è erogato il sussidio di importo minore.",
}
_NOTICE: Mapping[str, str] = {
    "outpatient": "Prestazioni extra-ricovero",
    "dental": "Prestazioni odontoiatriche",
    "physio": "Fisioterapia e riabilitazione",
    "optical": "Occhiali e lenti",
    "inpatient": "Ricovero",
    "outpatient_surgery": "Interventi ambulatoriali",
    "eye_surgery": "Interventi oculistici",
}
_EXPENSES: Mapping[str, str] = {"stamp_duty": "le marche da bollo", "cd_copy": "i costi delle copie su CD-ROM o simili"}


def general_lines(file: schema.PlanFile, content: Mapping[str, Any]) -> dict[str, tuple[Block, ...]]:
    """Return, by article, what the plan says for all benefits."""
    blocks: dict[tuple[str, str], list[Line]] = {}
    for article, heading, made in _all(file, content):
        blocks.setdefault((article, heading), []).append(made)
    result: dict[str, list[Block]] = {}
    for (article, heading), lines in blocks.items():
        result.setdefault(article, []).append(Block(heading, tuple(lines)))
    return {article: tuple(made) for article, made in result.items()}


_Placed = tuple[str, str, Line]
_Writer = Callable[[schema.PlanFile], Iterator[_Placed]]


def _all(file: schema.PlanFile, content: Mapping[str, Any]) -> Iterator[_Placed]:
    yield from _bands(file)
    for name, part in file.defaults:
        writer = _WRITERS.get(name)
        if writer is not None:
            yield from writer(file)
        elif name in _SENTENCES:
            yield part.cite[0], "Regole", line(_SENTENCES[name].format(**dict(part)), part)
        elif name in content["defaults"]:
            yield from _unknown(name, content["defaults"][name])


def _unknown(name: str, raw: Any) -> Iterator[_Placed]:
    cite = raw.get("cite") if isinstance(raw, Mapping) else None
    article = cite[0] if isinstance(cite, list) else cite
    for made in plain_lines(name.replace("_", " ").capitalize(), raw):
        yield article or "1.1", "Regole", made


def _bands(file: schema.PlanFile) -> Iterator[_Placed]:
    shares = file.beneficiary_shares
    for band in shares.bands:
        yield band.cite[0], "Misura", band_line(band)
    note = "La misura si applica dopo i massimali; chi è nato il 29 febbraio compie gli anni il 28."
    yield shares.cite[0], "Misura", line("Negli altri casi il familiare non ha diritto al sussidio.", shares, note)


def _expenses(file: schema.PlanFile) -> Iterator[_Placed]:
    for one in file.defaults.expense_not_covered:
        name = one.code or one.kind
        article = one.cite[0] if one.cite[0] in file.articles else "1.3"
        yield article, "Regole", line(f"Non sono sussidiati: {_EXPENSES.get(name, name.replace('_', ' '))}.", one)


def _notices(file: schema.PlanFile) -> Iterator[_Placed]:
    for name, one in file.defaults.notice.items():
        what = _NOTICE.get(name, name.replace("_", " ").capitalize())
        text = f"{what}: richiesta almeno {one.days} giorni lavorativi prima dell'appuntamento."
        yield one.cite[0], "Preavviso in modalità diretta", line(text, one)


def _payment(file: schema.PlanFile) -> Iterator[_Placed]:
    part = file.defaults.payment
    months = italian.listed((italian.MONTHS[month] for month in part.except_months), "e")
    over = "superiore a" if part.strictly_greater else "almeno pari a"
    text = f"Si paga con bonifico se l'importo da erogare è {over} {italian.euro(part.threshold)}"
    yield part.cite[0], "Regole", line(f"{text}; in {months} qualunque sia l'importo.", part)


def _exclusions(file: schema.PlanFile) -> Iterator[_Placed]:
    for one, made in zip(file.defaults.exclusions, told_lines(file, file.defaults.exclusions), strict=True):
        yield one.cite[0], "Non sono sussidiabili", made


def _proofs(file: schema.PlanFile) -> Iterator[_Placed]:
    for one, made in zip(file.defaults.proofs, told_lines(file, file.defaults.proofs), strict=True):
        yield one.cite[0], "Documenti", made


def _notes(file: schema.PlanFile) -> Iterator[_Placed]:
    for one, made in zip(file.defaults.notes, told_lines(file, file.defaults.notes), strict=True):
        yield one.cite[0], "Avvisi al socio", made


_WRITERS: Mapping[str, _Writer] = {
    "notes": _notes,
    "expense_not_covered": _expenses,
    "notice": _notices,
    "payment": _payment,
    "exclusions": _exclusions,
    "proofs": _proofs,
}
