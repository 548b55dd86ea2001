"""The answer of the rules on one revision of a claim, as this service keeps it."""

from dataclasses import dataclass
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
    """Why a claim was decided so, citing its article."""

    code: str
    article: str
    text_it: str
    text_en: str


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
class Decision:
    """One decision of the rules; `review` is the queue of a referred claim."""

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
