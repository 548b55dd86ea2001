"""A member's consent that somebody else files in their place: the office by telephone, or a delegate.

Source: the fund answers only the member (1.1-R10); what is filed holds health data, so being helped needs a consent.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from claims_api.domain.check_errors import InvalidFilingConsent
from kit.errors import FieldError


class ConsentWay(StrEnum):
    """How the consent reached the fund; in the portal the member gives it with a delegation."""

    TELEPHONE = "telephone"
    LETTER = "letter"
    IN_PERSON = "in_person"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Helper:
    """Who files for the member: the delegate, or the office where there is none."""

    delegate_member_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FilingConsent:
    """One consent, to one version of its text.

    Shapes: `recorded_by` is the operator who took it, or the member in the portal; without a delegate it is for the
    office.
    Units: `given_on` is the day on which the member said or signed it.
    """

    consent_id: UUID
    member_id: UUID
    delegate_member_id: UUID | None
    version: str
    way: ConsentWay
    given_on: date
    recorded_by: str
    recorded_at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None


def check_filing_consent(consent: FilingConsent, *, version: str, today: date) -> None:
    """Refuse a consent to another text than the one in force, or one of the future.

    Raises: InvalidFilingConsent.
    """
    faults = []
    if consent.version != version:
        faults.append(FieldError("/version", "text_in_force", f"The text in force is {version}: read that one out."))
    if consent.given_on > today:
        faults.append(FieldError("/given_on", "date_not_in_future", "The consent is of the future."))
    if faults:
        raise InvalidFilingConsent("The consent breaks a rule.", errors=faults)
