"""A later instalment of a benefit that is paid in several years."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class InstalmentState(StrEnum):
    """How far an instalment has come.

    `planned` until the first one is paid, `scheduled` for its month, `asked` while the rules look at it again.
    """

    PLANNED = "planned"
    SCHEDULED = "scheduled"
    ASKED = "asked"
    GRANTED = "granted"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class LapseReason:
    """Why an instalment is lost, in the words of the decision."""

    code: str
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Instalment:
    """One of the instalments after the first, which is the claim's own payable.

    Units: cents; `due_on` is the first day of the month in which it falls due. It counts from the month in which the
    first one was paid, so it moves when that payment comes back and is made again.
    Source: FNM-7.2-R11 and R12 with reading A30.
    """

    instalment_id: UUID
    claim_id: UUID
    case_id: UUID
    case_number: str
    decision_id: UUID
    member_id: UUID
    person_id: UUID
    article: str
    number: int
    due_on: date
    amount_cents: int
    state: InstalmentState = InstalmentState.PLANNED
    payable_cents: int | None = None
    reasons: Sequence[LapseReason] = ()


@dataclass(frozen=True, slots=True)
class InstalmentAnswer:
    """The rules' answer; `payable_cents` is zero when the instalment is lost, and gross of what is withheld of it."""

    instalment_id: UUID
    payable_cents: int
    plan_version: str
    reasons: Sequence[LapseReason]
    gross_of_withholding: bool = False
    withheld_cents: int = 0
