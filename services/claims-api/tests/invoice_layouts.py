"""Synthetic Italian invoices in several layouts, made by typst from a seed; no person in them exists."""
# ruff: noqa: E501 (the sources of typst stand as they are)

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta

import typst
from codicefiscale import codicefiscale
from stdnum.it import iva

MONTHS = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
]
_HEAD = (
    '#set page(paper: "a4", margin: 2cm)\n#set text(size: 10pt, lang: "it")\n#let d = json(bytes(sys.inputs.data))\n'
)
LAYOUTS = {
    "classic": """
*#d.provider*\\ Via Roma 12, 20100 Milano -- P.IVA #d.vat -- C.F. #d.provider_cf
#v(1cm)
#align(right)[Spett.le\\ #d.patient\\ C.F. #d.cf]
#v(1cm)
*FATTURA N. #d.number* del #d.date
#table(columns: (1fr, auto, auto), [Descrizione], [Q.tà], [Importo], [Visita specialistica], [1], [€ #d.net],
  [Marca da bollo], [1], [€ 2,00])
#align(right)[*Totale fattura € #d.total*]
Prestazione esente IVA art. 10 n. 18 DPR 633/72.
""",
    "grid": """
#align(center)[*#d.provider*]
#align(center)[Partita IVA: #d.vat]
#table(columns: (1fr, 1fr, 1fr), [Numero documento], [Data documento], [Pagamento], [#d.number], [#d.date], [contanti])
#table(columns: (auto, 1fr), [Paziente], [#d.patient], [Nato il], [03/04/1971], [Codice fiscale], [#d.cf])
#table(columns: (1fr, auto), [Prestazione], [Euro], [Ecografia], [#d.net], [Bollo], [2,00], [*Totale documento*],
  [*#d.total*])
""",
    "receipt": """
RICEVUTA SANITARIA n° #d.number \\
Milano, lì #d.long_date
#v(1cm)
Ricevo dal Sig. #d.patient, codice fiscale #d.cf, nato il 03/04/1971, la somma sotto indicata per prestazioni mediche.
#v(1cm)
Onorario #h(1fr) #d.net \\
Imposta di bollo #h(1fr) 2,00 \\
TOTALE DA PAGARE #h(1fr) € #d.total
#v(2cm)
#d.provider -- C.F. #d.provider_cf -- P. IVA #d.vat
""",
    "two columns": """
#grid(columns: (1fr, 1fr), [*#d.provider* \\ Viale Monza 3 \\ 20127 Milano MI \\ Cod. Fisc. e P.IVA IT #d.vat],
  [Cliente: \\ #d.patient \\ Via Verdi 8 \\ CF: #d.cf])
#v(8mm)
Documento: fattura elettronica (copia) \\ Numero: #d.number \\ Data: #d.date \\ Scadenza: #d.due
#v(8mm)
#table(columns: 5, [Descrizione], [Q.tà], [Prezzo], [IVA], [Totale], [Seduta di fisioterapia], [5], [20,00], [es.], [#d.net],
  [Bollo], [1], [2,00], [es.], [2,00])
#grid(columns: (1fr, auto, 3cm), row-gutter: 3mm, [], [Totale imponibile], align(right)[#d.net], [], [Totale IVA],
  align(right)[0,00], [], [*Netto a pagare*], align(right)[*#d.total*])
""",
    "clinic": """
#align(right)[#d.provider \\ P.I. #d.vat]
#rect(width: 100%)[*Intestatario:* #d.patient #h(1fr) *C.F.:* #d.cf]
#rect(width: 100%)[*Fattura nr.* #d.number #h(1fr) *Data emissione* #d.date]
Prestazioni erogate il #d.date -- medico: dott. Luigi Neri
#table(columns: (2cm, 1fr, 3cm), [89.7], [Visita ortopedica], [#d.net], [], [Bollo], [2,00])
#align(right)[Importo totale EUR #d.total] #align(right)[di cui già versato 0,00]
""",
    "till": """
#set text(font: "DejaVu Sans Mono", size: 8pt)
#align(center)[FARMACIA #upper(d.provider) \\ VIA ROMA 1 MILANO \\ P.IVA #d.vat \\ DOCUMENTO COMMERCIALE \\ di vendita o prestazione]
#grid(columns: (1fr, auto, 3cm), [DESCRIZIONE], [IVA], align(right)[Prezzo(€)], [TICKET SSN], [ES], align(right)[#d.net],
  [BOLLO], [ES], align(right)[2,00], [*TOTALE COMPLESSIVO*], [], align(right)[*#d.total*], [di cui IVA], [], align(right)[0,00],
  [Pagamento elettronico], [], align(right)[#d.total], [Importo pagato], [], align(right)[#d.total])
#align(center)[#d.date 10:42 \\ DOCUMENTO N. #d.number \\ COD. FISCALE CLIENTE: #d.cf]
""",
    "letter": """
#d.provider, medico chirurgo, P.IVA #d.vat, C.F. #d.provider_cf
#v(1cm)
Gentile #d.patient (#d.cf),

con la presente parcella numero #d.number, emessa in data #d.long_date, Le chiedo il compenso di euro #d.net oltre alla marca
da bollo di euro 2,00, per un totale complessivo di euro #d.total, per la visita cardiologica.

Distinti saluti
""",
    "english": """
*#d.provider* #h(1fr) VAT IT#d.vat
= Invoice
#grid(columns: (4cm, 1fr), row-gutter: 2mm, [Invoice number], [#d.number], [Invoice date], [#d.iso], [Bill to], [#d.patient],
  [Tax code], [#d.cf])
#v(1cm)
#table(columns: (1fr, auto), [Dental care], [EUR #d.net], [Stamp duty], [EUR 2,00], [Total due], [EUR #d.total])
""",
}


@dataclass(frozen=True)
class Sample:
    """One invoice: its layout and what must be read in it."""

    layout: str
    data: dict[str, str]
    facts: dict[str, str | int]


def _euro(cents: int, *, dots: bool) -> str:
    whole, rest = divmod(cents, 100)
    text = f"{whole:,}".replace(",", ".") if dots else str(whole)
    return f"{text},{rest:02}"


def _vat(rng: random.Random) -> str:
    stem = f"{rng.randrange(10**6, 10**7):07}015"
    return (
        stem + iva.calc_check_digit(stem)
        if hasattr(iva, "calc_check_digit")
        else next(stem + digit for digit in "0123456789" if iva.is_valid(stem + digit))
    )


def _person(rng: random.Random) -> tuple[str, str]:
    first, last = rng.choice(["Mario", "Laura", "Giulia", "Paolo"]), rng.choice(["Rossi", "Verdi", "Bianchi", "Conti"])
    sex = "F" if first in {"Laura", "Giulia"} else "M"
    born = date(1950, 1, 1) + timedelta(days=rng.randrange(20000))
    code = codicefiscale.encode(
        lastname=last, firstname=first, gender=sex, birthdate=born.strftime("%d/%m/%Y"), birthplace="Milano"
    )
    return f"{first} {last}", code


def sample(layout: str, seed: int) -> Sample:
    """Make up one invoice."""
    rng = random.Random(seed)  # noqa: S311 (a seeded test)
    day = date(2026, 1, 1) + timedelta(days=rng.randrange(300))
    net = rng.choice([rng.randrange(2000, 30000), rng.randrange(100_000, 300_000)])
    number = rng.choice([f"{rng.randrange(1, 900)}", f"{rng.randrange(1, 900)}/2026", f"FE-{rng.randrange(1, 99)}/A"])
    patient, cf = _person(rng)
    doctor, doctor_cf = _person(rng)
    vat = _vat(rng)
    data = {
        "provider": f"Studio medico dott. {doctor}",
        "provider_cf": doctor_cf,
        "vat": vat,
        "patient": patient,
        "cf": cf,
        "number": number,
        "date": day.strftime(rng.choice(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"])),
        "long_date": f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        "iso": day.isoformat(),
        "due": (day + timedelta(days=30)).strftime("%d/%m/%Y"),
        "net": _euro(net, dots=True),
        "total": _euro(net + 200, dots=rng.random() < 0.7),
    }
    facts: dict[str, str | int] = {
        "document_number": number,
        "document_date": day.isoformat(),
        "amount_cents": net + 200,
        "provider_vat_number": vat,
        "beneficiary_fiscal_code": cf,
    }
    return Sample(layout, data, facts)


def render(one: Sample, kind: str = "pdf", ppi: float = 150) -> bytes:
    """Print it as PDF, or as the picture that a scanner would make."""
    source = (_HEAD + LAYOUTS[one.layout]).encode()
    return bytes(typst.compile(source, format=kind, ppi=ppi, sys_inputs={"data": json.dumps(one.data)}))
