"""The plan's values and conditions in the Italian that the circular uses, for people who proofread."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kit.money import format_eur
from rules_svc.adapters.plan_parts import Predicate
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
}
_AMOUNT = re.compile(r"\d+\.\d\d")
_RATE = re.compile(r"(\d+(?:\.\d+)?)%")


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
    *first, end = words
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
        return f"non è vero che {_bracketed(part.not_, words, names)}"
    return _test(part, words, names)


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
    if part.same_as is not None:
        return f"{fact} coincide con {_fact(part.same_as)}"
    return _bounds(fact, part)


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
        return f"il dato «{path.removeprefix('extra.').replace('_', ' ')}»"
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
