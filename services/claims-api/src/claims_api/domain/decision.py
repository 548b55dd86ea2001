"""The answer of the rules on one revision of a claim, as this service keeps it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    """What the rules decided: pay, deny, wait for documents, or let a person decide."""

    PAY = "pay"
    DENY = "deny"
    PEND = "pend"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class MissingDocument:
    """A document that the plan asks for and the claim lacks, with the article that asks."""

    document: str
    article: str
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a claim was decided so, citing its article, and what would make it payable where something would."""

    code: str
    article: str
    text_it: str
    text_en: str
    remedy_it: str = ""
    remedy_en: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the computation, from the requested amount to the payable one, in cents."""

    code: str
    article: str
    before_cents: int
    after_cents: int
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of a benefit that is paid over years (7.2); number 1 is due with the decision."""

    number: int
    due_on: date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of the rules; `review` is the queue of a referred claim.

    Units: `requested_cents` in the document's currency, `requested_eur_cents` in euro, None where no rate is known.
    """

    decision_id: UUID
    claim_id: UUID
    revision: int
    outcome: Outcome
    requested_cents: int
    payable_cents: int
    plan_id: str
    plan_version: str
    plan_hash: str
    missing: tuple[MissingDocument, ...]
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]
    review: str | None
    instalments: tuple[Instalment, ...] = ()
    gross_of_withholding: bool = False
    requested_eur_cents: int | None = None
