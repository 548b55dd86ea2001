"""Checks of decided claims by sample (1.3): by share and by rule, drawn so that anybody can draw them again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from claims_api.domain.case import Channel, Claim

WHOLE_BPS = 10_000


class SampleResult(StrEnum):
    """What the check found."""

    REGULAR = "regular"
    IRREGULAR = "irregular"


@dataclass(frozen=True, slots=True)
class DrawnSample:
    """A drawn claim that waits for its result; `proposed_by` found it irregular and needs a second person."""

    rule: str
    proposed_by: str | None


@dataclass(frozen=True, slots=True)
class SampleRule:
    """One rule of the fund: which claims it looks at, and how many of them.

    Shapes: empty `articles` are all of them; `documents` are kinds of which the claim has one (none: all claims).
    Units: `share_bps` hundredths of a percent; `above_cents` euro cents, itself not included (-1: all claims).
    """

    code: str
    share_bps: int
    articles: frozenset[str]
    documents: frozenset[str]
    above_cents: int
    channel: Channel | None

    def concerns(self, claim: Claim, channel: Channel) -> bool:
        """Say whether the rule looks at a claim."""
        kinds = {str(one.kind) for one in claim.documents}
        return (
            (not self.articles or claim.expense.article in self.articles)
            and (not self.documents or bool(self.documents & kinds))
            and (claim.requested_cents is None or claim.requested_cents > self.above_cents)
            and self.channel in {None, channel}
        )

    def draws(self, claim: Claim, seed: str) -> bool:
        """Say whether the claim is in the sample: the same for the same seed, for whoever computes it."""
        text = f"{seed}:{self.code}:{claim.claim_id}".encode()
        place = int.from_bytes(hashlib.sha256(text).digest()[:8]) % WHOLE_BPS
        return place < self.share_bps


def drawn_by(claim: Claim, channel: Channel, *, rules: Sequence[SampleRule], seed: str) -> SampleRule | None:
    """Return the first rule that draws the claim.

    Source: rules 1.3-R18 and R19 (checks by sample on declarations and tax dependence).
    """
    return next((rule for rule in rules if rule.concerns(claim, channel) and rule.draws(claim, seed)), None)
