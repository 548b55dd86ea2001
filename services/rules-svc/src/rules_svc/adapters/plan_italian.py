"""The plan's values and conditions in the Italian that the circular uses, for people who proofread."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kit.money import format_eur
from rules_svc.adapters.plan_parts import Moment, Predicate
from rules_svc.adapters.plan_schema import Window

MODES_IT: Mapping[str, str] = {"direct": "Modalità diretta", "indirect": "Modalità indiretta", "any": "Ogni modalità"}
REVIEWS_IT: Mapping[str, str] = {
    "operator": "l'operatore",
    "medical_consultant": "il medico consulente",
    "board": "il Consiglio di Amministrazione",
}
RELATIONS_IT: Mapping[str, str] = {
    "member": "socio",
    "spouse": "coniuge",
    "child": "figli",
    "parent": "genitori",
    "other_dependant": "altri familiari",
    "orphan": "orfani",
}
UNITS_IT: Mapping[str, str] = {
    "global": "globale",
    "tooth": "per dente",
    "quadrant": "per quadrante",
    "four_teeth": "ogni 4 denti",
    "treatment": "per trattamento",
    "root": "per radice",
    "arch": "per arcata",
    "implant": "per impianto",
    "missing_tooth": "per dente mancante",
    "item": "per pezzo",
    "element": "per elemento",
    "repair": "per riparazione",
    "person": "per persona",
    "lifetime_total": "totale nella vita",
}
_FACTS: Mapping[str, str] = {
    "mode": "la modalità",
    "channel": "il canale",
    "currency": "la valuta",
    "quantity": "la quantità",
    "provider": "chi eroga",
    "service": "la prestazione",
    "service_text": "la descrizione della prestazione",
    "specialty": "la specializzazione",
    "specialty_text": "il titolo di specializzazione",
    "documents": "i documenti",
    "codes": "i codici",
    "ssn_ticket": "il pagamento del ticket",
    "relation": "la parentela",
    "disabled_104": "la disabilità (legge 104/1992)",
    "category": "la categoria del socio",
    "age": "l'età",
    "amount_cents": "l'importo in centesimi",
    "expense_date": "la data della spesa o dell'evento",
    "received_on": "la data di ricevimento",
    "enrolled_on": "la data di iscrizione",
    "hired_on": "la data di assunzione",
}
# Facts that single articles need, as the forms call them.
_EXTRAS: Mapping[str, str] = {
    "adoptability_declared_on": "data dello stato di adottabilità",
    "adoption": "adozione",
    "aesthetic": "finalità estetiche",
    "award": "titolo conseguito",
    "child_order": "ordine di nascita",
    "children_in_tax_load": "figli a carico fiscale",
    "contributions_received": "contributi già ricevuti",
    "control_visit": "visita di controllo",
    "course_year": "anno di corso",
    "course_years": "anni del corso",
    "credits": "crediti (CFU)",
    "day_from": "primo giorno di malattia",
    "day_to": "ultimo giorno di malattia",
    "dependants": "familiari a carico",
    "device_id": "presidio",
    "document_language": "lingua del documento",
    "fixed_pay": "retribuzione fissa",
    "grave": "malattia grave",
    "instalment": "rata",
    "insurance_covered": "parte coperta dall'assicurazione",
    "invoice_holder": "intestatario della fattura",
    "last_payment_on": "data dell'ultimo pagamento",
    "paid_by_employer": "importo pagato dal datore di lavoro",
    "prescriber": "chi prescrive",
    "prescription_date": "data della prescrizione",
    "receipt_fields": "dati dello scontrino",
    "requested_by_school": "richiesta della scuola",
    "sample_check": "controllo a campione",
    "scale": "scala del voto",
    "school_cycle": "ciclo di studi",
    "school_level": "ordine di scuola",
    "score": "voto",
    "turns": "turni",
    "weeks": "settimane",
}
_VALUES: Mapping[str, str] = {
    **{relation: word for relation, word in RELATIONS_IT.items() if relation != "member"},
    "direct": "diretta",
    "indirect": "indiretta",
    "true": "sì",
    "false": "no",
    "it": "italiano",
    "pensioner": "pensionato",
    "employee": "dipendente",
    "hospital": "ospedale",
    "university_clinic": "clinica universitaria",
    "medical_centre": "centro medico",
    "public": "struttura pubblica",
    "dentist": "dentista",
    "generic": "medico generico",
    "general_practitioner": "medico di base",
    "tourist_doctor": "guardia medica turistica",
    "osteopath": "osteopata",
    "podiatrist": "podologo",
    "podologist": "podologo",
    "dietitian": "dietista",
    "dietician": "dietista",
    "nutritionist": "nutrizionista",
    "oculist": "medico oculista",
    "travel": "viaggio",
    "nursery": "scuola dell'infanzia",
    "primary": "scuola primaria",
    "secondary_1": "scuola secondaria di primo grado",
    "secondary_2": "scuola secondaria di secondo grado",
    "professional": "scuola professionale",
    "its": "ITS",
    "diploma_secondary_1": "diploma di scuola secondaria di primo grado",
    "course_secondary_2": "anno di scuola secondaria di secondo grado",
    "course_professional": "corso professionale",
    "maturita": "maturità",
    "orphan": "orfano",
    "beneficiary": "il beneficiario",
    "open": "in corso",
    "requested": "richiesta",
    "refused": "rifiutata",
    "failed": "negativo",
    "paper": "cartaceo",
    "portal": "portale",
    "date": "data",
    "number": "numero",
    "amount": "importo",
    "postal_slip": "bollettino postale",
    "mav": "MAV",
    "online_payment": "pagamento on-line",
    "pagopa_receipt": "ricevuta pagoPA",
    "bank_transfer": "bonifico",
}
MONTHS: tuple[str, ...] = (
    "", "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
    "novembre", "dicembre",
)  # fmt: skip
_AMOUNT = re.compile(r"[0-9]+\.[0-9][0-9]")
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)%")


def euro(cents: int) -> str:
    """Write an amount as the circular does."""
    return f"€ {format_eur(cents)}"


def percent(basis_points: int) -> str:
    """Write a rate."""
    return f"{basis_points / 100:g} %".replace(".", ",")


def day(value: date) -> str:
    """Write a date."""
    return f"{value:%d.%m.%Y}"


def listed(words: Iterable[str], last: str = "o") -> str:
    """Join words as a sentence does."""
    first = list(words)
    end = first.pop() if first else ""
    return f"{', '.join(first)} {last} {end}" if first else end


def window(value: Window) -> str:
    """Write the time over which a limit counts."""
    if value.calendar_years:
        return "per anno solare" if value.calendar_years == 1 else f"in {_count(value.calendar_years)} anni solari"
    if value.rolling_years:
        return f"nell'arco degli ultimi {value.rolling_years} anni"
    if value.minimum_interval_months:
        return f"ogni {value.minimum_interval_months} mesi"
    if value.lifetime:
        return "nella vita"
    if value.year_from is not None:
        month, first = value.year_from
        return f"per anno (dal {first} {MONTHS[month]})"
    given = value.model_dump(exclude_defaults=True)
    return prettified(given)


def _count(number: int) -> str:
    return {2: "due", 3: "tre", 4: "quattro", 5: "cinque"}.get(number, str(number))


def sentence(part: Predicate, words: Mapping[str, tuple[str, ...]], names: Mapping[str, str]) -> str:
    """Write a condition; `words` is the plan's vocabulary, `names` its documents in Italian."""
    if part.all is not None:
        return " e ".join(_bracketed(one, words, names) for one in part.all)
    if part.any is not None:
        return " oppure ".join(_bracketed(one, words, names) for one in part.any)
    if part.not_ is not None:
        return _negated(sentence(part.not_, words, names), part.not_)
    return _test(part, words, names)


_DENIALS = ((" non supera ", " supera "), (" è almeno ", " è meno di "), (" è al massimo ", " è più di "))


def _negated(text: str, part: Predicate) -> str:
    """Say no in as few words as the sentence allows."""
    if part.fact is None:
        return f"non vale che ({text})"
    for said, denied in _DENIALS:
        if said in text and not (part.at_least is not None and part.at_most is not None):
            return text.replace(said, denied, 1)
    for said in (" nomina ", " comprendono ", " è ", " coincide "):
        if said in text and part.at_least is None and part.at_most is None and part.present is None:
            return text.replace(said, f" non{said}", 1)
    return f"non vale che {text}"


def _bracketed(part: Predicate, words: Mapping[str, tuple[str, ...]], names: Mapping[str, str]) -> str:
    text = sentence(part, words, names)
    return f"({text})" if part.all is not None or part.any is not None else text


def _test(part: Predicate, words: Mapping[str, tuple[str, ...]], names: Mapping[str, str]) -> str:
    fact = _fact(part.fact or "")
    if part.in_ is not None:
        return f"{fact} è {listed(_value(one) for one in part.in_)}"
    if part.mentions is not None:
        quoted = [f"«{word}»" for one in part.mentions for word in _spelled(part, one, words, names)]
        return f"{fact} {_verb(part, 'nomina', 'comprendono')} {listed(quoted)}"
    if part.beyond is not None:
        return f"{fact} sono altri che {listed(names.get(one, _value(one)) for one in part.beyond)}"
    if part.lacks is not None:
        return f"{fact}: manca {listed(_value(one) for one in part.lacks)}"
    if part.present is not None:
        return f"{fact} {'è indicato' if part.present else 'non è indicato'}"
    return _comparison(fact, part)


def _comparison(fact: str, part: Predicate) -> str:
    if part.same_as is not None:
        return f"{fact} coincide con {_fact(part.same_as)}"
    if part.reaches is not None:
        return f"{fact} raggiunge {_fact(part.reaches)}"
    if part.at_latest is not None:
        return f"{fact} non supera {moment(part.at_latest)}"
    return _bounds(fact, part)


def moment(value: Moment) -> str:
    """Write a day reckoned from another."""
    base = day(value.date) if value.date is not None else _fact(value.fact or "")
    if value.month_day is not None:
        month, number = value.month_day
        year = "dell'anno di"
        if value.year_from is not None:
            year = f"dell'anno (dal {value.year_from[1]} {MONTHS[value.year_from[0]]}) di"
        base = f"il {number} {MONTHS[month]} {year} {base}"
    steps = [(value.months, "mesi"), (value.days, "giorni")]
    shift = listed((f"{abs(count)} {unit} {'dopo' if count > 0 else 'prima'}" for count, unit in steps if count), "e")
    return f"{shift} {base}" if shift else base


def fact_name(path: str) -> str:
    """Write the name of a fact of the request, as the request writes it."""
    name = path.removeprefix("extra.").removesuffix("_cents")
    return _EXTRAS.get(name, name.replace("_", " "))


def _verb(part: Predicate, singular: str, plural: str) -> str:
    return plural if part.fact in {"documents", "codes"} else singular


def _bounds(fact: str, part: Predicate) -> str:
    bounds = [(part.at_least, "almeno"), (part.at_most, "al massimo")]
    given = [f"{word} {bound}" for bound, word in bounds if bound is not None]
    if given:
        return f"{fact} è {listed(given, 'e')}"
    rest = part.model_dump(exclude_none=True, exclude={"fact"}, by_alias=True)
    return f"{fact}: {prettified(rest)}"


def _fact(path: str) -> str:
    if path.startswith("extra."):
        return f"il dato «{fact_name(path)}»"
    return _FACTS.get(path, f"«{path.replace('_', ' ')}»")


def _value(value: str) -> str:
    return _VALUES.get(value, value.replace("_", " "))


def _spelled(
    part: Predicate, value: str, words: Mapping[str, tuple[str, ...]], names: Mapping[str, str]
) -> tuple[str, ...]:
    if part.fact in {"service", "specialty"}:
        return words.get(value, (value,))
    return (names.get(value, _value(value)),) if part.fact == "documents" else (value,)


def prettified(value: Any) -> str:
    """Write any other value of a plan file on one line, so that a new kind of term is never left off a page."""
    if isinstance(value, Mapping):
        if set(value) == {"it", "en"}:
            return str(value["it"])
        return "; ".join(f"{key.replace('_', ' ')}: {prettified(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(prettified(one) for one in value)
    return _scalar(str(value))


def _scalar(text: str) -> str:
    if _AMOUNT.fullmatch(text):
        return euro(int(text.replace(".", "")))
    rate = _RATE.fullmatch(text)
    if rate:
        return f"{rate[1].replace('.', ',')} %"
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return _value(text)
