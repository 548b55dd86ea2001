"""What a plan's checks find on a case before any amount is worked out."""

from datetime import date, timedelta
from typing import Any

from rules_svc.domain.case import Case
from rules_svc.domain.dates import add_months, age_on
from rules_svc.domain.decision import Missing, Reason, Review, Step
from rules_svc.domain.plan import Benefit, Citation, Evidence, Filing, Rule, ShareBand

_NO_AGE = 150


class Findings:
    """Everything that speaks against paying now; each kind is collected whole, so that a member hears it at once."""

    __slots__ = ("denials", "missing", "referrals", "review", "steps")

    def __init__(self) -> None:
        self.denials: list[Reason] = []
        self.missing: list[Missing] = []
        self.referrals: list[Reason] = []
        self.review: Review = "operator"
        self.steps: list[Step] = []

    def deny(self, code: str, cite: Citation, **params: Any) -> None:
        """Add a refusal, with a pointer to each further article it rests on."""
        self.denials.extend(_reasons(code, cite, params))

    def refer(self, code: str, cite: Citation, review: Review = "operator", **params: Any) -> None:
        """Add a question that a person must decide."""
        self.referrals.extend(_reasons(code, cite, params))
        self.review = review


def _reasons(code: str, cite: Citation, params: dict[str, Any]) -> list[Reason]:
    reasons = [Reason(code, cite.article, {**params, "rules": cite.rules})]
    reasons.extend(Reason("see_also", article, {"rules": ()}) for article in cite.articles[1:])
    return reasons


def _told(rule: Rule) -> dict[str, Any]:
    return {"what_it": rule.text.it, "what_en": rule.text.en, "rule_code": rule.code}


def check_terms(case: Case, benefit: Benefit, findings: Findings) -> None:
    """Check the filing deadline (1.1, day of the fact = day 0) and the advance invoices (1.3)."""
    request, defaults, extra = case.request, case.plan.defaults, case.request.extra
    own = next((f for f in benefit.filing if f.when is None or f.when.test(case)), None) if benefit.filing else None
    if own is not None:
        _check_own_term(case, own, findings)
    else:
        days, balance = defaults.filing_days, bool(extra) and extra.get("invoice_type") == "balance"
        taken = request.received_on.toordinal() - request.expense_date.toordinal()
        if taken >= days or balance:
            cite = defaults.balance_invoice if balance else defaults.filing
            _tell_term(case, request.expense_date + timedelta(days=days), cite, findings, days=days, balance=balance)
    if extra:
        if extra.get("invoice_type") == "advance":
            _check_advance(case, benefit, findings)
        _check_suspension(case, findings)


def _check_own_term(case: Case, own: Filing, findings: Findings) -> None:
    last_day = own.last_day(case) if own.last_day else None
    if last_day is not None:
        _tell_term(case, last_day, own.cite, findings, days=None, balance=False)


def _tell_term(
    case: Case, last_day: date, cite: Citation, findings: Findings, *, days: int | None, balance: bool
) -> None:
    """Refuse what came late; remark what hung on its last day or on the day of the balance invoice."""
    request, told = case.request, {"last_day": last_day.isoformat()}
    if request.received_on > last_day:
        late = (request.received_on - last_day).days
        if days is None:
            findings.deny("filed_after", cite, late=late, **told)
        else:
            findings.deny("filed_late", cite, days=days, late=late, **told)
    elif balance or request.received_on == last_day:
        code, amount = "balance_invoice_in_time" if balance else "filed_on_last_day", request.amount_cents
        findings.steps.append(Step(code, cite.article, amount, amount, {**told, "rules": cite.rules}))


def _check_advance(case: Case, benefit: Benefit, findings: Findings) -> None:
    rule, amount = case.plan.defaults.interim_invoice, case.request.amount_cents
    if benefit.interim_invoices:
        params = {"rules": rule.cite.rules}
        findings.steps.append(Step("advance_invoice_allowed", rule.cite.article, amount, amount, params))
    else:
        findings.deny("excluded", rule.cite, **_told(rule))


def _check_suspension(case: Case, findings: Findings) -> None:
    suspended, completed = case.request.extra.get("suspended_on"), case.request.extra.get("completed_on")
    if not suspended or not completed:
        return
    defaults = case.plan.defaults
    start = date.fromisoformat(str(suspended))
    last_day = start + timedelta(days=defaults.suspended_days)
    late = (date.fromisoformat(str(completed)) - last_day).days
    if late > 0:
        days, last = defaults.suspended_days, last_day.isoformat()
        findings.deny("completed_late", defaults.suspended, days=days, last_day=last, late=late)


def check_membership(case: Case, benefit: Benefit, findings: Findings) -> None:
    """Check that the member belonged to the fund on the day of the fact and, having left, filed in time (1.1, 1.5)."""
    member, request, defaults = case.facts.member, case.request, case.plan.defaults
    if request.expense_date < member.enrolled_on:
        findings.deny("not_yet_registered", defaults.registered, enrolled_on=member.enrolled_on.isoformat())
    if member.left_on is not None and not _survivor(case, benefit):
        left_on = member.left_on.isoformat()
        if request.received_on > member.left_on or request.expense_date > member.left_on:
            findings.deny("member_left", defaults.leaver, left_on=left_on)
        else:
            amount, cite = request.amount_cents, defaults.leaver
            params = {"left_on": left_on, "rules": cite.rules}
            findings.steps.append(Step("left_member_in_time", cite.article, amount, amount, params))
    if member.category == "pensioner":
        _check_pensioner(case, findings)


def _survivor(case: Case, benefit: Benefit) -> bool:
    bands = (benefit.bands or {}).get(case.facts.beneficiary.relation, ())
    return any(band.survivor for band in bands)


def _check_pensioner(case: Case, findings: Findings) -> None:
    member, defaults = case.facts.member, case.plan.defaults
    # The membership file may not tell the day of retirement; the day of the fact is then the latest it can be.
    retired_on = member.retired_on or case.request.expense_date
    had = age_on(member.enrolled_on, retired_on)
    if had < defaults.pensioner_years:
        findings.deny("pensioner_too_short", defaults.pensioner, years=defaults.pensioner_years, had=had)
    if member.retired_on is not None and member.confirmed_on is not None:
        last_day = add_months(member.retired_on, defaults.confirmation_months)
        if member.confirmed_on > last_day:
            findings.deny("confirmed_late", defaults.confirmation, last_day=last_day.isoformat())


def share_of(case: Case, benefit: Benefit | None, findings: Findings) -> ShareBand | None:
    """Return the band of the beneficiary on the day of the fact, or say why there is none."""
    beneficiary, plan = case.facts.beneficiary, case.plan
    cite = benefit.shares if benefit and benefit.shares else plan.shares
    table = (benefit.bands if benefit else None) or plan.bands
    bands = table.get(beneficiary.relation)
    if bands is None:
        if beneficiary.relation in plan.relations:
            findings.deny("relation_not_covered", cite, relation=beneficiary.relation, covered=tuple(table))
        else:
            findings.refer("relation_unknown", cite, relation=beneficiary.relation)
        return None
    for band in bands:
        if band.age_from <= case.age < band.age_below and (not band.disabled or beneficiary.disabled_104):
            if not band.dependent or beneficiary.fiscally_dependent:
                if band.review is not None:
                    findings.refer("band_in_review", band.cite, band.review)
                return band
            if beneficiary.fiscally_dependent is None:
                findings.refer("dependency_unknown", band.cite)
            else:
                findings.deny("not_dependent", band.cite)
            return None
    findings.deny("no_entitlement_at_age", cite, age=case.age, ages=_ages(bands))
    return None


def _ages(bands: tuple[ShareBand, ...]) -> tuple[str, ...]:
    """Write the ages that have a right, those of the disabled too: nobody may have said yet that the person is."""
    return tuple(f"{b.age_from}-{b.age_below - 1}" if b.age_below < _NO_AGE else f"{b.age_from}+" for b in bands)


def check_rules(case: Case, benefit: Benefit, findings: Findings) -> None:
    """Find exclusions (deny), missing proofs and documents (pend) and questions for a person (refer)."""
    remaining = case.shape.remaining(benefit, case)
    for rule in remaining.rules:
        if rule.when.test(case):
            _hold(rule, case, findings)
    for needed in remaining.evidence:
        if _lacking(case, benefit, needed):
            _ask_for(case, needed, findings)
    for row in remaining.together:
        findings.refer("codes_together", row.cite, item=row.code)


def _hold(rule: Rule, case: Case, findings: Findings) -> None:
    if rule.kind == "exclusion":
        findings.deny("excluded", rule.cite, **_told(rule))
    elif rule.kind == "referral":
        findings.refer("referred", rule.cite, rule.review or "operator", **_told(rule))
    elif rule.kind == "note":
        amount, params = case.request.amount_cents, {**_told(rule), "rules": rule.cite.rules}
        findings.steps.append(Step("note", rule.cite.article, amount, amount, params))
    else:
        params = {**_told(rule), "rules": rule.cite.rules}
        findings.missing.append(Missing(rule.code, rule.cite.article, params))


def _ask_for(case: Case, needed: Evidence, findings: Findings) -> None:
    params = {"what_it": needed.text.it, "what_en": needed.text.en, "rules": needed.cite.rules}
    if needed.rejects and not case.request.hypothetical:
        findings.denials.append(Reason("document_missing", needed.cite.article, params))
    else:
        findings.missing.append(Missing(needed.document, needed.cite.article, params))


def _lacking(case: Case, benefit: Benefit, needed: Evidence) -> bool:
    if needed.alternatives & case.request.documents:
        return needed.date_fact is not None and _expired(case, needed)
    return (needed.when is None or needed.when.test(case)) and not _on_file(case, benefit, needed)


def _on_file(case: Case, benefit: Benefit, needed: Evidence) -> bool:
    if not needed.first_claim_only:
        return False
    issued = [f.issued_on for f in case.facts.on_file if f.article == benefit.article and f.document == needed.document]
    return any(_valid(case, needed, day) for day in issued)


def _expired(case: Case, needed: Evidence) -> bool:
    issued = case.request.extra.get(needed.date_fact) if needed.date_fact else None
    return bool(issued) and not _valid(case, needed, date.fromisoformat(str(issued)))


def _valid(case: Case, needed: Evidence, issued_on: date) -> bool:
    """Say whether a document is valid on the day of the fact; a minor's by age at issue (reading A56)."""
    years = needed.valid_years
    if needed.minor_years is not None:
        minor = age_on(case.facts.beneficiary.birth_date, issued_on) < case.plan.defaults.adult_age
        years = needed.minor_years if minor else years
    return years is None or case.request.expense_date <= add_months(issued_on, 12 * years)
