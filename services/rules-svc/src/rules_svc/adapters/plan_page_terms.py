"""Sums, limits, terms of filing and who may ask, as sentences: what only some articles have."""

from collections.abc import Iterator, Mapping

from rules_svc.adapters import plan_italian as italian
from rules_svc.adapters.plan_page_parts import Line, line
from rules_svc.adapters.plan_parts import Predicate
from rules_svc.adapters.plan_schema import Amount, Band, Benefit, FilingTerm, Limited, PlanFile

_NO_AGE_LIMIT = Band.model_fields["age_below"].default
_COSTS: Mapping[str, str] = {
    "surgery": "intervento chirurgico",
    "team": "equipe",
    "equipe": "equipe",
    "anaesthetist": "anestesista",
    "operating_room": "sala operatoria",
    "room_and_board": "degenza",
    "drug": "farmaci",
    "accessory": "accessori",
    "battery": "batterie",
    "charger": "caricatori",
}


def when(file: PlanFile, condition: Predicate | None) -> str:
    """Write the condition of a line as its small print."""
    if condition is None:
        return ""
    names = {name: document.name.it for name, document in file.documents.items()}
    return f"Quando {italian.sentence(condition, file.vocabulary, names)}."


def band_line(band: Band) -> Line:
    """Write who may ask and at which share."""
    who = italian.listed((italian.RELATIONS_IT.get(one, one) for one in band.relationship), "e")
    parts = ["Alla morte del socio"] if band.survivor and band.relationship == ("member",) else [who.capitalize()]
    parts += ["del socio deceduto"] if band.survivor and band.relationship != ("member",) else []
    parts += ["a carico"] if band.dependent else []
    parts += ["con disabilità documentata (legge 104/1992)"] if band.disabled else []
    parts += [f"dal giorno dei {band.age_from} anni"] if band.age_from else []
    parts += [f"fino al giorno prima dei {band.age_below} anni"] if band.age_below < _NO_AGE_LIMIT else []
    note = f"Decide {italian.REVIEWS_IT[band.review]}." if band.review is not None else ""
    return line(f"{', '.join(parts)}: {italian.percent(band.share)} del sussidio.", band, note)


def entitled_lines(benefit: Benefit) -> Iterator[Line]:
    """Write who may ask under an article that says so itself."""
    if benefit.beneficiaries is not None:
        yield from (band_line(band) for band in benefit.beneficiaries.bands)
        yield line("Nessun altro.", benefit.beneficiaries)


def ceilings(file: PlanFile, limited: Limited) -> list[str]:
    """Write the ceilings of some terms, each with its window."""
    sums = [f"sino a {italian.euro(ceiling)} {_window(file, name)}" for name, ceiling in limited.accumulators.items()]
    return sums + [
        f"{count} {'volta' if count == 1 else 'volte'} {_window(file, name)}"
        for name, count in limited.count_limit.items()
    ]


def _window(file: PlanFile, name: str) -> str:
    limit = file.accumulators[name]
    per = f", per ogni «{italian.fact_name(limit.by.fact)}»" if limit.by is not None else ""
    return italian.window(limit.window) + per


def amount_lines(file: PlanFile, benefit: Benefit) -> Iterator[Line]:
    """Write the sums that an article sets, in the order in which they are tried, and its conditional limits."""
    for one in benefit.amounts:
        yield line(f"{_sum(one)}.", one, when(file, one.when), strong=True)
    for terms in benefit.terms.values():
        for limit in terms.limits_when:
            text = ", ".join(ceilings(file, limit))
            yield line(f"{text[:1].upper()}{text[1:]}.", limit, when(file, limit.when), strong=True)


def _sum(one: Amount) -> str:
    parts = [italian.euro(one.amount)] if one.amount else []
    if one.each is not None:
        units = italian.listed((f"«{italian.fact_name(name)}»" for name in one.each.of), "e")
        less = f" meno {italian.listed((f'«{italian.fact_name(name)}»' for name in one.each.less), 'e')}"
        parts.append(f"{italian.euro(one.each.amount)} per ogni unità di {units}{less if one.each.less else ''}")
    parts += [f"«{italian.fact_name(name)}»" for name in one.plus]
    if one.reimbursement_rate is not None:
        most = f" con un massimo di {italian.euro(one.per_item)}" if one.per_item is not None else ""
        parts.append(f"{italian.percent(one.reimbursement_rate)} della spesa{most}")
    text = " più ".join(parts) + "".join(f" meno «{italian.fact_name(name)}»" for name in one.minus)
    if one.instalments > 1:
        text += f" in {one.instalments} rate annuali da {italian.euro(one.amount // one.instalments)}"
    return text or "Nessun importo fisso"


def filing_lines(file: PlanFile, benefit: Benefit) -> Iterator[Line]:
    """Write the terms of filing that an article has of its own, in the order in which they are tried."""
    for one in benefit.filing:
        yield line(f"{_last_day(one)}.", one, when(file, one.when))


def _last_day(one: FilingTerm) -> str:
    if one.last_day is None:
        return "Nessun termine: non serve richiesta"
    return f"Richiesta entro {italian.moment(one.last_day)}"


def cost_lines(file: PlanFile, benefit: Benefit) -> Iterator[Line]:
    """Write which costs count and what is taken off them."""
    if benefit.items_covered is not None:
        costs = italian.listed((_cost(code) for code in benefit.items_covered.codes), "e")
        yield line(f"Sono sussidiabili solo i costi di: {costs}.", benefit.items_covered)
    for left_out in benefit.items_not_covered:
        costs = italian.listed((_cost(code) for code in left_out.codes), "e")
        yield line(f"Non sono sussidiabili i costi di: {costs}.", left_out)
    for one in benefit.deductions:
        yield line(f"Si toglie dalla spesa: {one.text.it[:1].lower()}{one.text.it[1:]}.", one)
    for known in benefit.known_facts:
        counted = "gli anni con" if known.counts == "years" else "le"
        yield line(f"{italian.fact_name(known.fact).capitalize()}: si contano {counted} erogazioni precedenti.", known)
    general = {rule.code: rule.text.it for rule in file.defaults.exclusions}
    for code in benefit.default_exclusions_lifted:
        yield Line(f"Non si applica l'esclusione generale: {general.get(code, code)}.")


def _cost(code: str) -> str:
    return _COSTS.get(code, code.replace("_", " "))
