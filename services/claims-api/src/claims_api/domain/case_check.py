"""What is missing or will be refused, told before a case is sent, and when an answer can be expected."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.document_kinds import DOCUMENT_NAMES
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.member import Member
from claims_api.domain.paper import Paper
from claims_api.domain.plan import PlanVersion
from kit.clock import rome_date


class Severity(StrEnum):
    """Whether the fund will refuse it, will probably ask for something, or has it already."""

    REFUSED = "refused"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right before sending; without a claim it is about the whole case."""

    claim_id: UUID | None
    severity: Severity
    code: str
    article: str
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ExpectedDates:
    """When the decision and the payment can be expected; nothing where the case does not wait for the fund."""

    decision_on: date | None
    payment_on: date | None


def findings(  # noqa: PLR0913 (all that a claim is looked at with)
    case: Case,
    member: Member,
    *,
    plans: Sequence[PlanVersion],
    similar: Mapping[UUID, str],
    terms: FundTerms,
    today: date,
    papers: Sequence[Paper] = (),
) -> Iterator[Finding]:
    """Look at every draft claim of a case.

    Shapes: `similar` maps a claim to the number of a case that claims the same day, person and amount.
    """
    drafts = [claim for claim in case.claims if claim.state is ClaimState.DRAFT]
    if not drafts:
        yield _finding(None, Severity.REFUSED, "case_empty", "guida", "La pratica non ha richieste.", "No claims yet.")
    yield from _left(member, today)
    yield from _several(drafts)
    for claim in drafts:
        yield from _late(claim, plans, today)
        yield from _papers(claim, terms)
        yield from _given(claim, papers)
        yield from _similar(claim, similar)


def last_day_to_file(claim: Claim, plans: Sequence[PlanVersion]) -> date | None:
    """Return the last day in time for an expense, or nothing where the plan's term is not known here.

    Source: FNM-1.1-R6, the expense's day is day zero (reading A10); other starting days are the rules' to decide.
    """
    day = claim.expense.document_date
    in_force = [plan for plan in plans if plan.in_force_on(day)]
    terms = [plan.days_to_file(claim.expense.article) for plan in in_force]
    known = [days for days in terms if days is not None]
    return day + timedelta(days=known[0]) if known else None


def _left(member: Member, today: date) -> Iterator[Finding]:
    if member.left_on is not None and today > member.left_on:
        it = "L'iscrizione è cessata: valgono le richieste caricate entro la cessazione."
        en = "The membership has ended: what was uploaded by its last day counts."
        yield _finding(None, Severity.REFUSED, "after_leaving", "1.1", it, en)


def _several(drafts: Sequence[Claim]) -> Iterator[Finding]:
    if len(drafts) > 1:
        # Advice and no block: some articles want all their invoices in one request (reading AMB-P13).
        it = "È consigliabile una sola richiesta per pratica: se una è sospesa, tutta la pratica attende."
        en = "One request per case is advisable: if one is suspended the whole case waits."
        yield _finding(None, Severity.WARNING, "one_claim_per_case", "guida", it, en)


def _similar(claim: Claim, similar: Mapping[UUID, str]) -> Iterator[Finding]:
    if claim.claim_id in similar:
        number = similar[claim.claim_id]
        it = f"Stessa persona, data e importo nella pratica {number}: è un doppione?"
        en = f"Same person, date and amount in case {number}: is it a duplicate?"
        yield _finding(claim, Severity.WARNING, "possible_duplicate", "A80", it, en)


def _late(claim: Claim, plans: Sequence[PlanVersion], today: date) -> Iterator[Finding]:
    last = last_day_to_file(claim, plans)
    if last is not None and today > last:
        # Some articles and balance invoices have a term of their own, which only the rules know: this warns.
        it = f"Il termine ordinario per la richiesta è scaduto il {last:%d/%m/%Y}."
        en = f"The ordinary time to claim ended on {last}."
        yield _finding(claim, Severity.WARNING, "filed_late", "1.1", it, en)


def _papers(claim: Claim, terms: FundTerms) -> Iterator[Finding]:
    given = {document.kind for document in claim.documents}
    article = claim.expense.article
    if not given:
        it, en = "Nessun documento allegato.", "No document is attached."
        yield _finding(claim, Severity.WARNING, "no_documents", article, it, en)
    for line in terms.usual_documents.get(article, ()):
        if not line & given:
            wanted = [DOCUMENT_NAMES[kind] for kind in sorted(line)]
            it = f"Di solito serve: {' o '.join(name for name, _ in wanted)}."
            en = f"Usually needed: {' or '.join(name for _, name in wanted)}."
            yield _finding(claim, Severity.WARNING, "document_usually_needed", article, it, en)


def _given(claim: Claim, papers: Sequence[Paper]) -> Iterator[Finding]:
    attached = {document.document_id for document in claim.documents}
    for given in (paper.given for paper in papers):
        if given.document_id in attached and given.article == claim.expense.article:
            name_it, name_en = DOCUMENT_NAMES[given.kind]
            it = f"{name_it}: documento già consegnato il {given.given_on:%d/%m/%Y}, allegato automaticamente."
            en = f"{name_en}: already given on {given.given_on}, attached by itself."
            yield _finding(claim, Severity.NOTE, "document_already_given", given.article, it, en)


def _finding(claim: Claim | None, severity: Severity, code: str, article: str, it: str, en: str) -> Finding:
    return Finding(claim.claim_id if claim else None, severity, code, article, it, en)


_WITH_THE_FUND = frozenset({ClaimState.SUBMITTED, ClaimState.REFERRED})


def expected_dates(case: Case, terms: FundTerms) -> ExpectedDates:
    """Tell when a case that was sent is decided and paid, by the fund's service levels."""
    if case.settled_on is not None:
        open_payment = any(claim.state is ClaimState.SETTLED for claim in case.claims)
        return ExpectedDates(None, terms.payment_day_after(case.settled_on) if open_payment else None)
    if case.received_on is None or not any(claim.state in _WITH_THE_FUND for claim in case.claims):
        return ExpectedDates(None, None)
    return dates_if_received(rome_date(terms.turn_of(case)), terms)


def dates_if_received(day: date, terms: FundTerms) -> ExpectedDates:
    """Tell when what comes to its turn on a day is decided and paid at the latest."""
    decision_on = terms.decision_due_on(day)
    return ExpectedDates(decision_on, terms.payment_day_after(decision_on))
