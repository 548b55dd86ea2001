"""What members ask of the fund's office about their registration: changes of data, confirmation as a pensioner."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from claims_api.domain.errors import InvalidConfirmation
from claims_api.domain.member import Member
from kit.errors import FieldError

CONFIRMATION_MONTHS = 3
CONFIRMATION_YEARS = 10


class OfficeRequestKind(StrEnum):
    """A change of data, or the confirmation of membership of who retires (1.5)."""

    CHANGE = "change"
    CONFIRMATION = "confirmation"


class OfficeRequestState(StrEnum):
    """Sent on to the employer, open at the office, or answered."""

    FOR_EMPLOYER = "for_employer"
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class OfficeRequest:
    """One request; `words` are the member's, `answer` is what the member reads.

    Shapes: `retired_on` with a confirmation only, the last day of service.
    """

    request_id: UUID
    kind: OfficeRequestKind
    member_id: UUID
    subject: str
    words: str
    document_ids: tuple[UUID, ...]
    state: OfficeRequestState
    requested_at: datetime
    requested_by: str
    retired_on: date | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last one where it has no such day."""
    place = day.month - 1 + months
    year, month = day.year + place // 12, place % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def last_day_to_confirm(retired_on: date) -> date:
    """Return the last day on which a membership can be confirmed.

    Source: 1.5-R1, "improrogabilmente entro tre mesi" from the end of service; reading A48 (calendar months).
    """
    return months_after(retired_on, CONFIRMATION_MONTHS)


def check_confirmation(
    member: Member, *, retired_on: date, today: date, has_certificate: bool, has_income: bool, has_mandate: bool
) -> None:
    """Refuse a confirmation with every rule of article 1.5 that it breaks.

    Raises: InvalidConfirmation.
    """
    papers = {"certificate_id": has_certificate, "income_certificate_id": has_income, "mandate_id": has_mandate}
    faults = list(_faults(member, retired_on, today, papers))
    if faults:
        raise InvalidConfirmation("The confirmation of membership breaks a rule of article 1.5.", errors=faults)


_PAPERS = {
    "certificate_id": ("1.5-R3", "The pension body's certificate, or a self-certification meanwhile, is needed."),
    "income_certificate_id": ("1.5-R3", "The CU of the last working year is needed."),
    "mandate_id": ("1.5-R5", "The SEPA direct debit authorisation for the contributions is needed."),
}


def _faults(member: Member, retired_on: date, today: date, papers: dict[str, bool]) -> Iterator[FieldError]:
    if retired_on > today:
        yield FieldError("/retired_on", "date_not_in_future", "The end of service is in the future.")
    if today > last_day_to_confirm(retired_on):
        yield FieldError("/retired_on", "1.5-R1", "The three months from the end of service are over.")
    if months_after(member.enrolled_on, CONFIRMATION_YEARS * 12) > retired_on:
        yield FieldError("/retired_on", "1.5-R2", "Ten consecutive years of membership are needed.")
    for name, given in papers.items():
        if not given:
            yield FieldError(f"/{name}", *_PAPERS[name])
