"""Check-up visits (visite di controllo): the fund asks a person to be seen by its consulting doctor.

Source: 1.3-R21: the member or relative must submit, on pain of losing the right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from claims_api.domain.case import Claim
from claims_api.domain.check_errors import CheckUpNotOpen, ClaimNotCheckable, InvalidCheckUp
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.errors import SamePersonTwice
from kit.errors import FieldError


class CheckUpOutcome(StrEnum):
    """What came of the visit."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NOT_ATTENDED = "not_attended"
    WAIVED = "waived"


class CheckUpState(StrEnum):
    """Ordered, waiting for the second person of a bad outcome, or ended with its outcome."""

    ORDERED = "ordered"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NOT_ATTENDED = "not_attended"
    WAIVED = "waived"


WAITING = frozenset({CheckUpState.ORDERED, CheckUpState.PROPOSED})
_NOTHING_TO_CHECK = frozenset({ClaimState.DRAFT, ClaimState.WITHDRAWN, ClaimState.REJECTED})

# What the plan is told: it knows a visit that was attended or refused (1.3-R21), and a check that went badly (1.3-R18),
# which is what a visit is that does not confirm what was declared.
FACT_OF: Mapping[CheckUpOutcome, tuple[str, str]] = {
    CheckUpOutcome.CONFIRMED: ("control_visit", "attended"),
    CheckUpOutcome.NOT_CONFIRMED: ("sample_check", "failed"),
    CheckUpOutcome.NOT_ATTENDED: ("control_visit", "refused"),
}
ADVERSE = frozenset({CheckUpOutcome.NOT_CONFIRMED, CheckUpOutcome.NOT_ATTENDED})


@dataclass(frozen=True, slots=True)
class CheckUp:
    """One visit.

    Shapes: `reason` are the fund's words to the member; `note` is for the office; `outcome` is proposed until the state
    says it; `closed_at` is when the claim stopped waiting for it.
    Units: `due_on` is the last good day; `visit_at` aware UTC, where an appointment is made.
    """

    visit_id: UUID
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    person_id: UUID
    reason: str
    due_on: date
    ordered_by: str
    ordered_at: datetime
    visit_at: datetime | None = None
    doctor: str | None = None
    place: str | None = None
    state: CheckUpState = CheckUpState.ORDERED
    outcome: CheckUpOutcome | None = None
    note: str | None = None
    recorded_by: str | None = None
    recorded_at: datetime | None = None
    second_by: str | None = None
    second_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def second_waits(self) -> bool:
        """Say whether an outcome is proposed and not agreed."""
        return self.state is CheckUpState.PROPOSED


def check_order(claim: Claim, visit: CheckUp, *, today: date, visit_on: date | None) -> None:
    """Refuse a visit on a claim that nothing is owed for, or one that lies in the past or after its last good day.

    Raises: ClaimNotCheckable, InvalidCheckUp.
    """
    if claim.state in _NOTHING_TO_CHECK:
        raise ClaimNotCheckable("Nothing is asked of the fund for this claim.", state=claim.state)
    faults = []
    if visit.due_on < today:
        faults.append(FieldError("/due_on", "date_in_past", "The last good day is over."))
    if visit_on is not None and not today <= visit_on <= visit.due_on:
        faults.append(FieldError("/visit_at", "visit_within_term", "The visit is in the past or after its last day."))
    if faults:
        raise InvalidCheckUp("The check-up visit breaks a rule.", errors=faults)


def record(
    visit: CheckUp, outcome: CheckUpOutcome, *, note: str | None, subject: str, now: datetime, two_persons: bool
) -> CheckUp:
    """Write down what came of the visit; a bad outcome may need a second person, who says the same.

    Another outcome than the proposed one takes its place.
    Raises: CheckUpNotOpen, SamePersonTwice.
    """
    if visit.state not in WAITING:
        raise CheckUpNotOpen("The visit has its outcome.", state=visit.state)
    agreed = visit.state is CheckUpState.PROPOSED and outcome is visit.outcome
    if agreed and visit.recorded_by == subject:
        raise SamePersonTwice("The second person must be another than the one who proposed.")
    if agreed:
        return replace(visit, state=CheckUpState(outcome), second_by=subject, second_at=now)
    proposed = two_persons and outcome in ADVERSE
    state = CheckUpState.PROPOSED if proposed else CheckUpState(outcome)
    return replace(visit, state=state, outcome=outcome, note=note, recorded_by=subject, recorded_at=now)
