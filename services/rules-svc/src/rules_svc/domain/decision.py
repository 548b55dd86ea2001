"""A decision: the outcome, the way to it step by step, and what it takes from the limits."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Literal, NamedTuple

Outcome = Literal["pay", "deny", "pend", "refer"]
Review = Literal["operator", "medical_consultant", "board"]

# Changes with what the same inputs give: 2 names the limit in the step of a tariff code that is used up; 3 converts a
# document in another currency before anything else, and shares the converted total over its lines.
ENGINE_VERSION = "3"


class Step(NamedTuple):
    """One step from the requested to the payable amount.

    Shapes: `code` names the template of its text; `article` is cited; `params` fill the text and carry the rule ids.
    Units: whole cents, rounded for display only; the exact value of a broken cent stands in `params["exact"]`.
    """

    code: str
    article: str
    before_cents: int
    after_cents: int
    params: Mapping[str, Any]


class Reason(NamedTuple):
    """Why nothing is paid, or not now: a code, the article it rests on, and values for its text."""

    code: str
    article: str
    params: Mapping[str, Any]


class Missing(NamedTuple):
    """A document that the article asks for and the request lacks."""

    document: str
    article: str
    params: Mapping[str, Any]


class LimitKey(NamedTuple):
    """One window of one limit of a person; `ceiling` is the highest over the modes, for the database's own check."""

    limit_id: str
    window_key: str
    ceiling: int
    measure: str
    rolling_months: int


class Use(NamedTuple):
    """What one earlier request took, on the date of its fact."""

    on: date
    amount: int


class Balance(NamedTuple):
    """What is taken of one window, in cents or units; `uses` are dated only where the window rolls."""

    consumed: int
    reserved: int
    uses: tuple[Use, ...] = ()


class Posting(NamedTuple):
    """What a decision takes from one window: cents on the 100 % basis (reading A1), or units."""

    limit_id: str
    window_key: str
    amount: int


# A NamedTuple's own constructor is a Python function; these make the same objects, from a tuple, in half the time. They
# serve the places that every decision passes.
new_step: Callable[[tuple[str, str, int, int, Mapping[str, Any]]], Step] = partial(tuple.__new__, Step)
new_posting: Callable[[tuple[str, str, int]], Posting] = partial(tuple.__new__, Posting)


class Decision(NamedTuple):
    """The result of one evaluation."""

    outcome: Outcome
    requested_cents: int
    payable_cents: int
    article: str
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...] = ()
    missing: tuple[Missing, ...] = ()
    postings: tuple[Posting, ...] = ()
    review: Review | None = None

    @property
    def articles(self) -> tuple[str, ...]:
        """Return every article that the explanation cites, in order, each once."""
        cited = [r.article for r in self.reasons] + [m.article for m in self.missing] + [s.article for s in self.steps]
        return tuple(dict.fromkeys(cited))


new_balance: Callable[[tuple[int, int, tuple[Use, ...]]], Balance] = partial(tuple.__new__, Balance)
new_decision: Callable[
    [
        tuple[
            Outcome,
            int,
            int,
            str,
            tuple[Step, ...],
            tuple[Reason, ...],
            tuple[Missing, ...],
            tuple[Posting, ...],
            Review | None,
        ]
    ],
    Decision,
] = partial(tuple.__new__, Decision)
