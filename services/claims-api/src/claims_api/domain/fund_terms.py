"""What a fund has fixed for its intake and its desk, apart from the plan of benefits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from claims_api.domain.case import Case, Channel
from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.member import Category
from claims_api.domain.paper import PaperRule
from claims_api.domain.profile import WhomToAsk
from claims_api.domain.review import ReviewReason
from claims_api.domain.sampling import SampleRule
from claims_api.domain.submission import Consent, ConsentText
from kit.clock import ROME, rome_date
from kit.workdays import WorkingDays


@dataclass(frozen=True)
class FundTerms:
    """The terms of one fund.

    Shapes: `usual_documents` maps an article to lines, of each of which one document is usually needed;
    `data_changes` says whom a member of a category asks; `unavailable_functions` maps an announced function to its
    Italian and English words.
    Units: `patron` is (month, day); `four_eyes_above_cents` cents, itself not included; `lease_minutes` minutes;
    `paper_queue_days` and `review_request_days` calendar days.
    """

    fund: str
    name: str
    patron: tuple[int, int]
    paper_queue_days: int
    lease_minutes: int
    four_eyes_above_cents: int
    review_request_days: int
    decide_within_working_days: int
    reasons: Mapping[str, ReviewReason]
    data_changes: Mapping[Category, WhomToAsk]
    consents: Mapping[Consent, ConsentText]
    filing_consent: ConsentText
    sampling_seed: str
    sampling: Sequence[SampleRule]
    unavailable_functions: Mapping[str, tuple[str, str]]
    usual_documents: Mapping[str, Sequence[frozenset[DocumentKind]]]
    papers: Sequence[PaperRule] = ()

    @cached_property
    def calendar(self) -> WorkingDays:
        """Return the fund's working days."""
        return WorkingDays(patron=self.patron)

    def queued_on(self, channel: Channel, received_on: date) -> date:
        """Return the day on which something received comes to its turn.

        Source: 1.1, "trattate 60 giorni prima delle richieste cartacee" (readings A36, A37).
        """
        return received_on + timedelta(days=self.paper_queue_days if channel is Channel.PAPER else 0)

    def turn_of(self, case: Case) -> datetime:
        """Return the place of a sent case in the queue of receipt.

        On paper it is the day of its turn, or that on which somebody released it before; within a day, whoever was
        entered first.
        """
        if case.submitted_at is None or case.received_on is None:
            raise ValueError("only what was received has a turn")
        if case.channel is not Channel.PAPER:
            return case.submitted_at
        turn_on = self.queued_on(case.channel, case.received_on)
        if case.released_at is not None:
            turn_on = min(turn_on, rome_date(case.released_at))
        entered = case.submitted_at.astimezone(ROME).time()
        return datetime.combine(turn_on, entered, ROME).astimezone(UTC)

    def leased_until(self, now: datetime) -> datetime:
        """Return when a lease taken now ends."""
        return now + timedelta(minutes=self.lease_minutes)

    def decision_due_on(self, received_on: date) -> date:
        """Return the day by which a person decides what was received."""
        return self.calendar.shift(received_on, self.decide_within_working_days)

    def payment_day_after(self, day: date) -> date:
        """Return the first day of payment on or after a day (article 1.4)."""
        due = self.calendar.payment_day(day.year, day.month)
        if day <= due:
            return due
        return self.calendar.payment_day(day.year + day.month // 12, day.month % 12 + 1)
