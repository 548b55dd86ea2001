"""The states of a booking, their names on the portal, and the ways between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class BookingState(StrEnum):
    """Where a booking stands.

    `requested`: the rules are deciding; `referred`: an operator looks at it; `authorised`: it has its code;
    `letter_sent`: the quota letter is out, the service can be given; `dispensed`: given, without its invoice or decided
    anew; `suspended`: the invoice differs; `closed`: the fund owes its share; `settled`: the fund has paid. Ended
    without a service: `not_authorised`, `cancelled`, `expired`, `replaced` (another booking counts instead).
    """

    REQUESTED = "requested"
    REFERRED = "referred"
    AUTHORISED = "authorised"
    NOT_AUTHORISED = "not_authorised"
    LETTER_SENT = "letter_sent"
    DISPENSED = "dispensed"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REPLACED = "replaced"


S = BookingState

# The quota letter is indispensable for the direct mode, so nothing is dispensed before it was issued; "closed"
# comes from dispensing alone, because only a dispensed booking is payable. What changes before dispensing (service,
# appointment, the papers that the rules read) is a new booking that replaces the old one: each has its own decision
# and its own reservation. Only a late refusal can be taken back or made final, by an operator: see Booking.reachable.
# Source: member guide, "Come richiedere una prestazione in regime di assistenza convenzionata", "rettifica".
TRANSITIONS: Final[Mapping[BookingState, frozenset[BookingState]]] = {
    S.REQUESTED: frozenset({S.AUTHORISED, S.NOT_AUTHORISED, S.REFERRED, S.CANCELLED, S.EXPIRED, S.REPLACED}),
    S.REFERRED: frozenset({S.AUTHORISED, S.NOT_AUTHORISED, S.CANCELLED, S.EXPIRED, S.REPLACED}),
    S.AUTHORISED: frozenset({S.LETTER_SENT, S.CANCELLED, S.EXPIRED, S.REPLACED}),
    S.LETTER_SENT: frozenset({S.DISPENSED, S.CANCELLED, S.EXPIRED, S.REPLACED}),
    S.DISPENSED: frozenset({S.CLOSED, S.SUSPENDED}),
    S.SUSPENDED: frozenset({S.DISPENSED, S.CLOSED}),
    S.NOT_AUTHORISED: frozenset({S.REQUESTED, S.NOT_AUTHORISED}),
    S.CLOSED: frozenset({S.SETTLED}),
    # The bank sent the payment back: the fund owes its share again.
    S.SETTLED: frozenset({S.CLOSED}),
    S.CANCELLED: frozenset(),
    S.EXPIRED: frozenset(),
    S.REPLACED: frozenset(),
}

LABELS_IT: Final[Mapping[BookingState, str]] = {
    S.REQUESTED: "RICHIESTA",
    S.REFERRED: "DA VALUTARE",
    S.AUTHORISED: "APPROVATA",
    S.NOT_AUTHORISED: "NON APPROVATA",
    S.LETTER_SENT: "LETTERA INVIATA",
    S.DISPENSED: "EROGATA",
    S.SUSPENDED: "SOSPESA",
    S.CLOSED: "CHIUSA",
    S.SETTLED: "LIQUIDATA",
    S.CANCELLED: "ANNULLATA",
    S.EXPIRED: "SCADUTA",
    S.REPLACED: "SOSTITUITA",
}

LABELS_EN: Final[Mapping[BookingState, str]] = {
    S.REQUESTED: "REQUESTED",
    S.REFERRED: "UNDER REVIEW",
    S.AUTHORISED: "AUTHORISED",
    S.NOT_AUTHORISED: "NOT AUTHORISED",
    S.LETTER_SENT: "LETTER SENT",
    S.DISPENSED: "DISPENSED",
    S.SUSPENDED: "SUSPENDED",
    S.CLOSED: "CLOSED",
    S.SETTLED: "SETTLED",
    S.CANCELLED: "CANCELLED",
    S.EXPIRED: "EXPIRED",
    S.REPLACED: "REPLACED",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A word in both languages."""

    it: str
    en: str


LATE: Final = "late"
"""Beside the states: what is not authorised for lateness alone, and may still be confirmed."""

LABELS: Final[Mapping[str, Label]] = {
    **{str(one): Label(LABELS_IT[one], LABELS_EN[one]) for one in BookingState},
    LATE: Label("NON CONFERMATA", "NOT CONFIRMED"),
}
"""The words where a fund has no others: a fund shows its own (terms of the fund, `state_labels`)."""

UNDECIDED: Final = frozenset({S.REQUESTED, S.REFERRED})
OPEN: Final = UNDECIDED | {S.AUTHORISED, S.LETTER_SENT}
