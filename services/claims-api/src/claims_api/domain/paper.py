"""The wallet: prescriptions and certificates that were given once and serve later claims of the same person."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.errors import InvalidExpense
from claims_api.domain.expense import AttachedDocument, Expense
from kit.errors import FieldError

ADULT_AGE = 18
SCHOOL_STARTS = 9  # the school year goes from 1 September to 31 August
ISSUED_FACT = "prescription_date"


@dataclass(frozen=True, slots=True)
class PaperRule:
    """How long the papers of one article serve.

    Units: `years` from the issue, none for life; `minor_years` those of a person under 18 on that day; with
    `school_year` a paper serves the school year of its issue alone.
    """

    article: str
    kinds: frozenset[DocumentKind]
    years: int | None = None
    minor_years: int | None = None
    school_year: bool = False

    def serves(self, issued_on: date, birth_date: date) -> tuple[date | None, date | None]:
        """Return the first and the last day of expenses that the paper serves; nothing where there is no bound."""
        if self.school_year:
            start = issued_on.year - (issued_on.month < SCHOOL_STARTS)
            return date(start, SCHOOL_STARTS, 1), date(start + 1, SCHOOL_STARTS - 1, 31)
        minor = self.minor_years is not None and issued_on < _years_after(birth_date, ADULT_AGE)
        years = self.minor_years if minor else self.years
        return None, None if years is None else _years_after(issued_on, years)


@dataclass(frozen=True, slots=True)
class GivenPaper:
    """A ready document as a claim that was sent refers to it.

    Units: `issued` is what the claim states of the issue, as text; `given_on` the day of receipt.
    """

    document_id: UUID
    kind: DocumentKind
    person_id: UUID
    article: str
    expense_date: date
    issued: str | None
    given_on: date
    rejected: bool

    @property
    def stated_on(self) -> date | None:
        """Return the day of issue where the claim states one that can be read."""
        if self.kind is not DocumentKind.PRESCRIPTION or not self.issued:
            return None
        try:
            return date.fromisoformat(self.issued)
        except ValueError:
            return None

    @property
    def issued_on(self) -> date:
        """Return the day that the validity counts from; like the rules, the expense's where no issue is stated."""
        return self.stated_on or self.expense_date


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the wallet with the expenses that it serves, both days included."""

    given: GivenPaper
    valid_from: date | None
    valid_to: date | None

    def valid_on(self, day: date) -> bool:
        """Say whether the paper serves an expense of that day."""
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day <= self.valid_to)


def wallet(
    given: Iterable[GivenPaper], rules: Sequence[PaperRule], births: Mapping[UUID, date], *, article: str | None = None
) -> list[Paper]:
    """Return the papers that a member's family has given, each once, in the order given.

    Shapes: `births` maps the persons of the family to their birth dates; for an `article` its own term counts,
    whatever the paper was given for. A later use does not make a paper younger: the first one counts.
    """
    first: dict[tuple[UUID, UUID], GivenPaper] = {}
    for one in given:
        first.setdefault((one.document_id, one.person_id), one)
    papers = []
    for one in first.values():
        rule = next((r for r in rules if r.article == (article or one.article) and one.kind in r.kinds), None)
        if rule is not None and one.person_id in births:
            papers.append(Paper(one, *rule.serves(one.issued_on, births[one.person_id])))
    return papers


def check_reuse(attached: Sequence[AttachedDocument], papers: Sequence[Paper], expense: Expense) -> None:
    """Refuse a paper that was given before for another person only, or whose term is over on the expense's day.

    Raises: InvalidExpense.
    """
    faults = list(_reuse_faults(attached, papers, expense))
    if faults:
        raise InvalidExpense("A document given before does not serve this expense.", errors=faults)


def _reuse_faults(
    attached: Sequence[AttachedDocument], papers: Sequence[Paper], expense: Expense
) -> Iterator[FieldError]:
    for index, document in enumerate(attached):
        uses = [one for one in papers if one.given.document_id == document.document_id]
        own = [one for one in uses if one.given.person_id == expense.person_id]
        pointer = f"/documents/{index}/document_id"
        if uses and not own:
            yield FieldError(pointer, "paper_of_other_person", "The document was given for another person.")
        elif own and not any(one.valid_on(expense.document_date) for one in own):
            yield FieldError(pointer, "paper_expired", "The document does not serve an expense of this day.")


def with_papers(
    expense: Expense, attached: Sequence[AttachedDocument], papers: Sequence[Paper]
) -> tuple[Expense, list[AttachedDocument]]:
    """Attach the papers of the wallet that the expense can rest on, the newest of each kind that is not there yet.

    The day of issue that was stated with the paper comes along, so that the rules judge its real age.
    """
    documents, extra = list(attached), dict(expense.extra)
    kinds = {one.kind for one in attached}
    for paper in sorted(papers, key=lambda one: (one.given.issued_on, one.given.document_id), reverse=True):
        given = paper.given
        mine = given.person_id == expense.person_id and paper.valid_on(expense.document_date)
        if mine and given.kind not in kinds and given.article == expense.article and not given.rejected:
            kinds.add(given.kind)
            documents.append(AttachedDocument(given.document_id, given.kind))
        if given.stated_on is not None and any(one.document_id == given.document_id for one in documents):
            extra.setdefault(ISSUED_FACT, given.stated_on.isoformat())
    return replace(expense, extra=extra), documents


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
