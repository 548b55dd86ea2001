"""What must hold for a plan before it is published, beyond its shape."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import BaseModel

from kit.errors import FieldError
from rules_svc.adapters.plan_parts import Cited, Predicate
from rules_svc.adapters.plan_satisfiable import contradictions
from rules_svc.adapters.plan_schema import Accumulator, Band, Benefit, EvidenceNeeded, Limited, PlanFile, RedirectTo
from rules_svc.domain.case import is_fact
from rules_svc.domain.request import MODES

ANY_ARTICLE = "*"
CONCEPT_FACTS = ("service", "specialty")


def faults_of(file: PlanFile, previous: PlanFile | None = None) -> list[FieldError]:
    """Return every fault of a plan; `previous` is the published version before it."""
    faults: list[FieldError] = []
    used_readings: set[str] = set()
    for path, part in _parts("", file):
        if isinstance(part, Cited):
            used_readings.update(part.interpretation)
            faults.extend(_citation_faults(file, path, part))
        if isinstance(part, Predicate):
            faults.extend(_predicate_faults(file, path, part))
        if isinstance(part, EvidenceNeeded):
            unknown = {part.document, *part.or_} - set(file.documents)
            faults.extend(FieldError(path, "document_unknown", name) for name in sorted(unknown))
        if isinstance(part, RedirectTo) and part.to not in file.benefits:
            faults.append(FieldError(path, "redirect_unknown", part.to))
    unused = sorted(set(file.readings) - used_readings)
    faults.extend(FieldError(f"/readings/{name}", "reading_unused", "no rule follows this reading") for name in unused)
    faults.extend(_limit_faults(file))
    faults.extend(_tariff_faults(file))
    faults.extend(_band_faults(file))
    first, end = file.plan.effective_from, file.plan.effective_to
    if end is not None and end <= first:
        faults.append(FieldError("/plan/effective_to", "period_empty", f"{end} is not after the first day, {first}"))
    if previous is not None:
        faults.extend(_survival_faults(file.accumulators, previous.accumulators))
    return faults


def _parts(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Walk every part of the plan with its place."""
    if isinstance(value, BaseModel):
        yield path, value
        for name, inner in value:
            yield from _parts(f"{path}/{name.rstrip('_')}", inner)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _parts(f"{path}/{name}", inner)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _parts(f"{path}/{index}", inner)


def facts_read(part: BaseModel) -> frozenset[str]:
    """Return every fact that the conditions of a part of the plan read."""
    found: set[str | None] = set()
    for _, one in _parts("", part):
        if isinstance(one, Predicate):
            found |= {one.fact, one.same_as, one.reaches, one.at_latest.fact if one.at_latest else None}
    return frozenset(name for name in found if name is not None)


def _citation_faults(file: PlanFile, path: str, part: Cited) -> Iterator[FieldError]:
    for article in part.cite:
        if article != ANY_ARTICLE and article not in file.articles:
            yield FieldError(path, "article_unknown", f"{article} has no title under articles")
    for reading in part.interpretation:
        if reading not in file.readings:
            yield FieldError(path, "reading_unknown", reading)


def _predicate_faults(file: PlanFile, path: str, part: Predicate) -> Iterator[FieldError]:
    moment = part.at_latest.fact if part.at_latest else None
    unknown = [n for n in (part.fact, part.same_as, part.reaches, moment) if n is not None and not is_fact(n)]
    yield from (FieldError(path, "fact_unknown", name) for name in unknown)
    if part.mentions is not None and part.fact in CONCEPT_FACTS:
        strange = sorted(set(part.mentions) - set(file.vocabulary))
        yield from (FieldError(path, "concept_unknown", concept) for concept in strange)
    if part.at_least is not None and part.at_most is not None and part.at_least > part.at_most:
        yield FieldError(path, "never_holds", "at_least is above at_most")
    if part.all is not None:
        yield from (FieldError(path, "never_holds", why) for why in contradictions(part.all))
    values_of = _CLOSED.get(part.fact or "")
    if values_of is not None and part.in_ is not None:
        strange = sorted(set(part.in_) - values_of(file))
        yield from (FieldError(path, "value_unknown", f"{part.fact} is never {value}") for value in strange)


def _relations(file: PlanFile) -> set[str]:
    own = [benefit.beneficiaries.bands for benefit in file.benefits.values() if benefit.beneficiaries]
    return {name for bands in (file.beneficiary_shares.bands, *own) for band in bands for name in band.relationship}


# Facts whose values are known beforehand: a condition on another value can never hold.
_CLOSED: Mapping[str, Callable[[PlanFile], set[str]]] = {"mode": lambda _file: set(MODES), "relation": _relations}


def _tariff_faults(file: PlanFile) -> Iterator[FieldError]:
    """Find rows that depend on codes that no tariff of the plan has."""
    codes = {code for benefit in file.benefits.values() for code in benefit.tariff}
    for article, benefit in file.benefits.items():
        for code, row in benefit.tariff.items():
            for other in sorted({*row.only_with, *row.not_with, *row.refer_with} - codes):
                yield FieldError(
                    f"/benefits/{article}/tariff/{code}", "code_unknown", f"no tariff has the code {other}"
                )


def _limit_faults(file: PlanFile) -> Iterator[FieldError]:
    used: dict[str, str] = {}
    for article, benefit in file.benefits.items():
        used.update(_limits_used(article, benefit))
        if (benefit.kind == "tariff") != bool(benefit.tariff):
            yield FieldError(f"/benefits/{article}", "tariff_rows", "a tariff has rows, and only a tariff has them")
    for name, path in used.items():
        if name not in file.accumulators:
            yield FieldError(path, "limit_unknown", name)
    for name in sorted(set(file.accumulators) - set(used)):
        yield FieldError(f"/accumulators/{name}", "limit_unused", "no article takes from this limit")


def _limits_used(article: str, benefit: Benefit) -> Iterator[tuple[str, str]]:
    for mode, terms in benefit.terms.items():
        limited: tuple[Limited, ...] = (terms, *terms.limits_when)
        for one in limited:
            yield from ((name, f"/benefits/{article}/terms/{mode}") for name in (*one.accumulators, *one.count_limit))
    for code, row in benefit.tariff.items():
        yield from ((name, f"/benefits/{article}/tariff/{code}") for name in row.count_limit)


def _band_faults(file: PlanFile) -> Iterator[FieldError]:
    yield from _overlaps("/beneficiary_shares", file.beneficiary_shares.bands)
    for article, benefit in file.benefits.items():
        if benefit.beneficiaries is not None:
            yield from _overlaps(f"/benefits/{article}/beneficiaries", benefit.beneficiaries.bands)


def _overlaps(path: str, bands: Sequence[Band]) -> Iterator[FieldError]:
    seen: dict[tuple[str, bool], list[tuple[int, int]]] = {}
    for index, band in enumerate(bands):
        if band.age_from >= band.age_below:
            yield FieldError(f"{path}/bands/{index}", "never_holds", "age_from is not below age_below")
        for relation in band.relationship:
            spans = seen.setdefault((relation, band.disabled), [])
            if any(band.age_from < below and start < band.age_below for start, below in spans):
                yield FieldError(f"{path}/bands/{index}", "bands_overlap", relation)
            spans.append((band.age_from, band.age_below))


def _survival_faults(now: Mapping[str, Accumulator], before: Mapping[str, Accumulator]) -> Iterator[FieldError]:
    for name, limit in before.items():
        if name not in now:
            yield FieldError(f"/accumulators/{name}", "limit_dropped", "ids of limits survive from version to version")
        elif (now[name].measure, now[name].window, now[name].by) != (limit.measure, limit.window, limit.by):
            yield FieldError(f"/accumulators/{name}", "limit_changed", "a limit with another window needs another id")
