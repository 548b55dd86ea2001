"""One article that pays, as the circular would print it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rules_svc.adapters import plan_italian as italian
from rules_svc.adapters.plan_page_parts import Block, Line, Table, line, plain_lines
from rules_svc.adapters.plan_page_terms import amount_lines, ceilings, cost_lines, entitled_lines, filing_lines, when
from rules_svc.adapters.plan_schema import Benefit, EvidenceNeeded, PlanFile, Row, Terms, Told

_WRITTEN = frozenset(
    {
        "title", "kind", "service_class", "terms", "tariff", "redirect", "default_exclusions", "exclusions", "proofs",
        "referrals", "requires_evidence", "interim_invoices", "review", "cite", "rules", "interpretation", "branch",
        "amounts", "filing", "deductions", "items_covered", "items_not_covered", "beneficiaries", "notes",
        "default_exclusions_lifted", "known_facts", "gross_of_withholding",
    }
)  # fmt: skip
_TERMS_WRITTEN = frozenset(
    {
        "reimbursement_rate", "per_item", "tariff_column", "accumulators", "count_limit", "limits_when", "cite",
        "rules", "interpretation",
    }
)  # fmt: skip
_KINDS: Mapping[str, str] = {
    "tariff": "Si paga ogni prestazione del tariffario, unità per unità.",
    "discretionary": "Sussidio a discrezione: decide {review}.",
}


def benefit_blocks(file: PlanFile, benefit: Benefit, raw: Mapping[str, Any]) -> list[Block]:
    """Write an article; what has no sentence of its own is written key by key."""
    blocks = [
        Block("Quanto spetta", tuple(_amounts(file, benefit, raw))),
        Block("", table=_tariff(file, benefit.tariff)) if benefit.tariff else Block(""),
        Block("Aventi diritto", tuple(entitled_lines(benefit))),
        Block("Costi", tuple(cost_lines(file, benefit))),
        Block("Termine di presentazione", tuple(filing_lines(file, benefit))),
        Block("Altre condizioni", tuple(_others(raw))),
        Block("Rinvii", tuple(_redirects(file, benefit))),
        Block("Documenti", tuple(_documents(file, benefit))),
        Block("Non sono sussidiabili", tuple(told_lines(file, benefit.exclusions))),
        Block("Alla valutazione di una persona", tuple(_referrals(file, benefit))),
        Block("Avvisi al socio", tuple(told_lines(file, benefit.notes))),
    ]
    return [one for one in blocks if one.lines or one.table]


def _amounts(file: PlanFile, benefit: Benefit, raw: Mapping[str, Any]) -> Iterator[Line]:
    kind = _KINDS.get(benefit.kind)
    if kind is not None:
        yield line(kind.format(review=italian.REVIEWS_IT.get(benefit.review or "", "una persona")), benefit)
    named = {rule for terms in benefit.terms.values() for rule in terms.rules}
    others = tuple(rule for rule in benefit.rules if rule not in named)
    if kind is None and others:
        yield Line("Ambito dell'articolo.", others)
    for mode, terms in benefit.terms.items():
        extra = {key: value for key, value in raw["terms"][mode].items() if key not in _TERMS_WRITTEN}
        note = italian.prettified(extra) if extra else ""
        yield line(f"{italian.MODES_IT[mode]}: {_terms(file, benefit, terms)}.", terms, note, strong=True)
    yield from amount_lines(file, benefit)
    gross = benefit.gross_of_withholding
    if gross is not None:
        yield line("Gli importi sono al lordo della ritenuta.", gross, when(file, gross.when))


def _terms(file: PlanFile, benefit: Benefit, terms: Terms) -> str:
    rate = italian.percent(terms.reimbursement_rate)
    limits = ceilings(file, terms)
    if benefit.amounts:
        return ", ".join(["gli importi che seguono", *limits])
    if terms.tariff_column is not None:
        column = "diretta" if terms.tariff_column == "direct" else "indiretta"
        text = f"il minore fra la tariffa (colonna {column}) e il {rate} dell'importo sul modulo"
    else:
        text = f"{rate} della spesa"
    if terms.per_item is not None:
        text += f" con un massimo di {italian.euro(terms.per_item)} per prestazione"
    return ", ".join([text, *limits])


def _tariff(file: PlanFile, tariff: Mapping[str, Row]) -> Table:
    heads = ("Codice", "Prestazione", "Unità", "Indiretta", "Diretta", "Limiti")
    rows = tuple(
        (
            (
                code,
                row.title.it,
                italian.UNITS_IT.get(row.unit, row.unit.replace("_", " ")),
                italian.euro(row.indirect),
                italian.euro(row.direct),
                "; ".join(_row_limits(file, row)),
            ),
            (*row.rules, *row.interpretation),
        )
        for code, row in tariff.items()
    )
    return Table(heads, rows, frozenset({3, 4}))


def _row_limits(file: PlanFile, row: Row) -> Iterator[str]:
    for name, count in row.count_limit.items():
        limit = file.accumulators[name]
        each = ", per ciascuna modalità" if limit.modes == "separate" else ""
        yield f"{count} {italian.window(limit.window)}{each}"
    if not row.per_unit_cap:
        yield "importo complessivo, non per unità"
    if row.only_with:
        yield f"solo con {italian.listed(row.only_with)}"
    if row.not_with:
        yield f"non con {italian.listed(row.not_with)}"
    if row.refer_with:
        yield f"con {italian.listed(row.refer_with)}: da valutare"


def _others(raw: Mapping[str, Any]) -> Iterator[Line]:
    if raw.get("interim_invoices") == "allowed":
        yield Line("Le fatture d'acconto sono sussidiate una per una.")
    for key, value in raw.items():
        if key not in _WRITTEN:
            yield from plain_lines(key.replace("_", " ").capitalize(), value)


def _redirects(file: PlanFile, benefit: Benefit) -> Iterator[Line]:
    for one in benefit.redirect:
        title = file.articles[one.to].it if one.to in file.articles else file.benefits[one.to].title.it
        mode = f", {italian.MODES_IT[one.mode].lower()}" if one.mode else ""
        yield line(f"Si applica l'art. {one.to} ({title}{mode}).", one, when(file, one.when))


def _documents(file: PlanFile, benefit: Benefit) -> Iterator[Line]:
    for needed in benefit.requires_evidence:
        names = [file.documents[name].name.it for name in (needed.document, *needed.or_)]
        yield line(f"{italian.listed(names).capitalize()}{_details(needed)}.", needed, when(file, needed.when))
    for proof in benefit.proofs:
        yield line(f"{_capital(proof.text.it)}.", proof, when(file, proof.when))


def _details(needed: EvidenceNeeded) -> str:
    details = ["solo alla prima richiesta"] if needed.first_claim_only else []
    if needed.valid_for_minors_years is not None:
        details.append(f"per i minori valido {needed.valid_for_minors_years} anni dal rilascio")
    if needed.valid_years is not None:
        details.append(f"valido {needed.valid_years} anni")
    if needed.if_missing == "deny":
        details.append("se manca, la richiesta è respinta")
    return f" ({'; '.join(details)})" if details else ""


def told_lines(file: PlanFile, rules: Iterable[Told]) -> Iterator[Line]:
    """Write what is excluded or asked for, with the condition by which it is recognised."""
    for one in rules:
        yield line(f"{_capital(one.text.it)}.", one, when(file, one.when))


def _referrals(file: PlanFile, benefit: Benefit) -> Iterator[Line]:
    for one in benefit.referrals:
        who = italian.REVIEWS_IT[one.review]
        yield line(f"{_capital(one.text.it)}: decide {who}.", one, when(file, one.when))
    if benefit.review is not None and benefit.kind != "discretionary":
        yield line(f"Ogni richiesta è esaminata: decide {italian.REVIEWS_IT[benefit.review]}.", benefit)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
