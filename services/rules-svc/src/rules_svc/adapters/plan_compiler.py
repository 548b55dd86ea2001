"""Turn a checked plan file into the closures and integers that the pipeline runs on."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from rules_svc.adapters import plan_parts as parts
from rules_svc.adapters import plan_schema as schema
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.domain import conditions
from rules_svc.domain.case import day_fact
from rules_svc.domain.dates import MONTHS_A_YEAR
from rules_svc.domain.plan import (
    Benefit,
    Bilingual,
    Ceiling,
    CeilingsWhen,
    Citation,
    Condition,
    Deduction,
    Defaults,
    Evidence,
    Filing,
    Grant,
    KnownFact,
    Limit,
    Plan,
    Redirect,
    Rule,
    RuleKind,
    ShareBand,
    TariffRow,
    Terms,
)
from rules_svc.domain.request import MODES, Mode


def compile_plan(source: PlanSource) -> Plan:
    """Compile a plan version."""
    file = source.file
    limits = _limits(file)
    benefits = {article: _benefit(file, article, part, limits) for article, part in file.benefits.items()}
    return Plan(
        plan_id=file.plan.id,
        fund=file.plan.fund,
        version=file.plan.version,
        hash=source.hash,
        effective_from=file.plan.effective_from,
        effective_to=file.plan.effective_to,
        defaults=_defaults(file),
        bands=_bands(file.beneficiary_shares),
        shares=_cite(file.beneficiary_shares),
        relations=_relations(file),
        benefits=benefits,
        limits=limits,
        ceilings=_ceilings_by_limit(benefits.values()),
        concepts=concepts(file.vocabulary),
        users=_users(benefits.values()),
        document_sums=tuple(sorted({one.name for benefit in benefits.values() for one in benefit.deductions})),
    )


def _relations(file: schema.PlanFile) -> frozenset[str]:
    own = [benefit.beneficiaries.bands for benefit in file.benefits.values() if benefit.beneficiaries]
    return frozenset(r for bands in (file.beneficiary_shares.bands, *own) for band in bands for r in band.relationship)


def normalised(text: str) -> str:
    """Fold case and drop accents, so that words are found however they are typed."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def concepts(vocabulary: Mapping[str, tuple[str, ...]]) -> Callable[[str], frozenset[str]]:
    """Return the recogniser of a plan's words in free texts; texts repeat, so the last ones are remembered."""
    patterns = tuple(
        (name, re.compile(r"\b(?:" + "|".join(re.escape(normalised(word)) for word in words) + ")"))
        for name, words in vocabulary.items()
    )

    @lru_cache(maxsize=4096)
    def recognise(text: str) -> frozenset[str]:
        folded = normalised(text)
        return frozenset(name for name, pattern in patterns if pattern.search(folded))

    return recognise


def condition(part: parts.Predicate) -> Condition:
    """Compile one condition."""
    if part.all is not None:
        return conditions.all_of(tuple(condition(one) for one in part.all))
    if part.any is not None:
        return conditions.any_of(tuple(condition(one) for one in part.any))
    if part.not_ is not None:
        return conditions.negated(condition(part.not_))
    return _test(part, part.fact or "")


def _test(part: parts.Predicate, path: str) -> Condition:
    if part.in_ is not None:
        return conditions.equals(path, part.in_)
    if part.mentions is not None:
        return conditions.mentions(path, part.mentions)
    if part.beyond is not None:
        return conditions.beyond(path, part.beyond)
    if part.lacks is not None:
        return conditions.lacks(path, part.lacks)
    if part.present is not None:
        return conditions.present(path, wanted=part.present)
    return _comparison(part, path)


def _comparison(part: parts.Predicate, path: str) -> Condition:
    """Compile a test against another fact, a day or bounds."""
    if part.same_as is not None:
        return conditions.same_as(path, part.same_as)
    if part.reaches is not None:
        return conditions.reaches(path, part.reaches)
    if part.at_latest is not None:
        return conditions.at_latest(path, moment(part.at_latest), part.at_latest.fact)
    return conditions.between(path, part.at_least, part.at_most)


def moment(part: parts.Moment) -> conditions.Day:
    """Compile a day that is reckoned from a fact or a fixed date."""
    fixed = part.date
    anchor = day_fact(part.fact) if part.fact is not None else lambda _case: fixed
    return conditions.moment(anchor, part.year_from, part.month_day, part.months, part.days)


def _cite(part: parts.Cited) -> Citation:
    return Citation(part.cite, (*part.rules, *part.interpretation))


def _text(part: parts.Text) -> Bilingual:
    return Bilingual(part.it, part.en)


def _rule(kind: RuleKind, part: schema.Told) -> Rule:
    review = part.review if isinstance(part, schema.Referral) else None
    return Rule(kind, part.code, condition(part.when), _cite(part), _text(part.text), review)


def _limits(file: schema.PlanFile) -> dict[str, Limit]:
    highest = _highest_ceilings(file)
    limits = {}
    for name, part in file.accumulators.items():
        window = part.window
        rolling = (window.rolling_years or 0) * MONTHS_A_YEAR or window.minimum_interval_months or 0
        years, separate = window.calendar_years or 0, part.modes == "separate"
        limits[name] = Limit(
            id=name,
            title=_text(part.title),
            measure=part.measure,
            calendar_years=years,
            rolling_months=rolling,
            separate_modes=separate,
            cite=_cite(part),
            highest=highest.get(name, 0),
            year_from=window.year_from,
            part_fact=part.by.fact.removeprefix("extra.") if part.by else None,
            part_default=part.by.otherwise if part.by else None,
        )
    return limits


def _highest_ceilings(file: schema.PlanFile) -> dict[str, int]:
    highest: dict[str, int] = {}
    for benefit in file.benefits.values():
        given = [row.count_limit for row in benefit.tariff.values()]
        for terms in benefit.terms.values():
            limited: tuple[schema.Limited, ...] = (terms, *terms.limits_when)
            for one in limited:
                given += [one.accumulators, one.count_limit]
        for ceilings in given:
            for name, amount in ceilings.items():
                highest[name] = max(highest.get(name, 0), amount)
    return highest


def _ceilings_by_limit(benefits: Iterable[Benefit]) -> dict[str, dict[Mode, Ceiling]]:
    result: dict[str, dict[Mode, Ceiling]] = {}
    for benefit in benefits:
        for mode, terms in benefit.terms.items():
            rows = [ceiling for row in benefit.rows.values() for ceiling in row.ceilings[mode]]
            conditional = [ceiling for one in terms.conditional for ceiling in one.ceilings]
            for ceiling in (*terms.ceilings, *conditional, *rows):
                known = result.setdefault(ceiling.limit.id, {}).get(mode)
                if known is None or known.amount < ceiling.amount:
                    result[ceiling.limit.id][mode] = ceiling
    return result


def _users(benefits: Iterable[Benefit]) -> dict[str, frozenset[str]]:
    """Find the articles that take from each limit."""
    found: dict[str, set[str]] = {}
    for benefit in benefits:
        for limit_id in _ceilings_by_limit([benefit]):
            found.setdefault(limit_id, set()).add(benefit.article)
    return {limit_id: frozenset(articles) for limit_id, articles in found.items()}


def _bands(part: schema.Shares | schema.OwnShares) -> dict[str, tuple[ShareBand, ...]]:
    result: dict[str, tuple[ShareBand, ...]] = {}
    for band in part.bands:
        for relation in band.relationship:
            made = ShareBand(
                relation=relation,
                age_from=band.age_from,
                age_below=band.age_below,
                disabled=band.disabled,
                dependent=band.dependent,
                share_bps=band.share,
                cite=_cite(band),
                survivor=band.survivor,
                review=band.review,
            )
            result[relation] = (*result.get(relation, ()), made)
    return result


def _benefit(file: schema.PlanFile, article: str, part: schema.Benefit, limits: Mapping[str, Limit]) -> Benefit:
    defaults, own, covered = file.defaults, part.beneficiaries, part.items_covered
    gross, terms = part.gross_of_withholding, _terms(part, limits)
    return Benefit(
        article=article,
        title=_text(part.title),
        kind=part.kind,
        terms=terms,
        rows={code: _row(code, row, terms, limits) for code, row in part.tariff.items()},
        redirects=tuple(Redirect(condition(r.when), r.to, r.mode, _cite(r)) for r in part.redirect),
        rules=_rules(defaults, part),
        evidence=tuple(_evidence(file, needed) for needed in part.requires_evidence),
        interim_invoices=part.interim_invoices == "allowed",
        review=part.review,
        cite=_cite(part),
        grants=tuple(_grant(amount) for amount in part.amounts),
        filing=tuple(_filing(term) for term in part.filing),
        deductions=tuple(
            Deduction(one.fact.removeprefix("extra."), _cite(one), _text(one.text)) for one in part.deductions
        ),
        known=tuple(_known(one) for one in part.known_facts),
        covered_items=frozenset(covered.codes) if covered else None,
        covered=_cite(covered) if covered else None,
        left_out_items={code: _cite(one) for one in part.items_not_covered for code in one.codes},
        bands=_bands(own) if own else None,
        shares=_cite(own) if own else None,
        gross=condition(gross.when) if gross else None,
    )


def _rules(defaults: schema.Defaults, part: schema.Benefit) -> tuple[Rule, ...]:
    general = defaults.exclusions if part.default_exclusions else ()
    kept = [rule for rule in general if rule.code not in part.default_exclusions_lifted]
    return (
        *(_rule("exclusion", rule) for rule in (*part.exclusions, *kept)),
        *(_rule("proof", rule) for rule in (*part.proofs, *defaults.proofs)),
        *(_rule("referral", rule) for rule in part.referrals),
        *(_rule("note", rule) for rule in (*part.notes, *defaults.notes)),
    )


def _grant(part: schema.Amount) -> Grant:
    each = part.each
    return Grant(
        when=None if part.when is None else condition(part.when),
        amount_cents=part.amount,
        each_cents=each.amount if each else 0,
        counted=each.of if each else (),
        not_counted=each.less if each else (),
        plus=part.plus,
        minus=part.minus,
        instalments=part.instalments,
        rate_bps=part.reimbursement_rate,
        item_cap_cents=part.per_item,
        cite=_cite(part),
    )


def _known(part: schema.KnownFact) -> KnownFact:
    return KnownFact(
        name=part.fact.removeprefix("extra."),
        by_year=part.counts == "years",
        year_from=part.year_from or (1, 1),
        same=tuple(name.removeprefix("extra.") for name in part.same),
        asked=None if part.asked is None else condition(part.asked),
        when=None if part.when is None else condition(part.when),
    )


def _filing(part: schema.FilingTerm) -> Filing:
    when = None if part.when is None else condition(part.when)
    return Filing(when, None if part.last_day is None else moment(part.last_day), _cite(part))


def _ceilings(part: schema.Limited, limits: Mapping[str, Limit]) -> tuple[Ceiling, ...]:
    cite = _cite(part)
    return tuple(Ceiling(limits[name], amount, cite) for name, amount in (part.accumulators | part.count_limit).items())


def _terms(part: schema.Benefit, limits: Mapping[str, Limit]) -> dict[Mode, Terms]:
    result: dict[Mode, Terms] = {}
    for mode in MODES:
        terms = part.terms.get(mode) or part.terms.get("any")
        if terms is not None:
            conditional = tuple(CeilingsWhen(condition(one.when), _ceilings(one, limits)) for one in terms.limits_when)
            rate, ceilings = terms.reimbursement_rate, _ceilings(terms, limits)
            result[mode] = Terms(mode, rate, terms.per_item, ceilings, _cite(terms), conditional)
    return result


def _row(code: str, part: schema.Row, terms: Mapping[Mode, Terms], limits: Mapping[str, Limit]) -> TariffRow:
    cite = _cite(part)
    ceilings = tuple(Ceiling(limits[name], amount, cite) for name, amount in part.count_limit.items())
    tariff: dict[Mode, int] = {"direct": part.direct, "indirect": part.indirect}
    told = {
        mode: {"item": code, "tariff_cents": tariff[mode], "rate_bps": one.rate_bps, "units": 1, "rules": cite.rules}
        for mode, one in terms.items()
    }
    return TariffRow(
        code=code,
        title=_text(part.title),
        unit=part.unit,
        amount_cents=tariff,
        ceilings={"direct": ceilings, "indirect": ceilings},
        only_with=frozenset(part.only_with),
        not_with=frozenset(part.not_with),
        refer_with=frozenset(part.refer_with),
        cite=cite,
        told=told,
        caps=part.per_unit_cap,
    )


def _evidence(file: schema.PlanFile, part: schema.EvidenceNeeded) -> Evidence:
    return Evidence(
        document=part.document,
        alternatives=frozenset({part.document, *part.or_}),
        when=None if part.when is None else condition(part.when),
        first_claim_only=part.first_claim_only,
        minor_years=part.valid_for_minors_years,
        date_fact=part.date_fact,
        cite=_cite(part),
        text=_text(file.documents[part.document].name),
        valid_years=part.valid_years,
        rejects=part.if_missing == "deny",
    )


def _defaults(file: schema.PlanFile) -> Defaults:
    part = file.defaults
    stamp = next(expense for expense in part.expense_not_covered if expense.kind == "stamp_duty")
    left_out = {expense.code: _cite(expense) for expense in part.expense_not_covered if expense.code is not None}
    interim = part.interim_invoices
    never = Condition(lambda _case: False, frozenset())
    return Defaults(
        filing_days=part.filing.days,
        filing=_cite(part.filing),
        balance_invoice=_cite(part.balance_invoice),
        interim_invoice=Rule("exclusion", "advance_invoice", never, _cite(interim), _text(interim.text)),
        leaver=_cite(part.leaver),
        registered=_cite(part.registered),
        pensioner_years=part.pensioner.years,
        pensioner=_cite(part.pensioner),
        confirmation_months=part.pensioner_confirmation.months,
        confirmation=_cite(part.pensioner_confirmation),
        suspended_days=part.suspended_lapse.days,
        suspended=_cite(part.suspended_lapse),
        currency=_cite(part.foreign_currency),
        stamp_duty=_cite(stamp),
        other_cover=_cite(part.other_cover),
        unsplit_refund=_cite(part.other_cover),
        bundled=_cite(part.bundled_invoice),
        ineligible_items=left_out,
        rounding=_cite(part.rounding),
        adult_age=part.adult.years,
    )
