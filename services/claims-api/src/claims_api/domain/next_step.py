"""What a member can expect next of a claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from claims_api.domain.claim_states import ClaimState
from kit.workdays import WorkingDays


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, and by or on which day where one is known."""

    text_it: str
    text_en: str
    due_on: date | None = None


_S = ClaimState
_TEXTS: Mapping[ClaimState, tuple[str, str]] = {
    _S.DRAFT: ("Completa i dati e invia la richiesta.", "Complete the data and send the request."),
    _S.SUBMITTED: ("La richiesta è in esame.", "The request is being examined."),
    _S.SUSPENDED: (
        "Carica i documenti mancanti entro la data indicata; fino ad allora l'intera pratica è sospesa.",
        "Upload the missing documents by the date shown; until then the whole case is held.",
    ),
    _S.REFERRED: ("Una persona della Cassa valuta la richiesta.", "A person of the fund is looking at the request."),
    _S.APPROVED: (
        "Accolta: sarà liquidata quando tutte le richieste della pratica saranno decise.",
        "Accepted: it is released when every request of the case is decided.",
    ),
    _S.SETTLED: (
        "Pagamento con il bonifico mensile, se il totale supera la soglia prevista (1.4).",
        "Paid with the monthly transfer, if the total passes the threshold (1.4).",
    ),
    _S.RETURNED: (
        "La banca ha respinto il bonifico: indica un nuovo IBAN, l'importo sarà ripagato.",
        "The bank returned the transfer: give a new IBAN and the amount is paid again.",
    ),
}


_HELD = (
    "Le richieste su carta sono esaminate dopo quelle inviate dal portale: il suo turno è il giorno indicato.",
    "Requests on paper are examined after those sent from the portal: its turn is on the day shown.",
)


def next_step(
    state: ClaimState, *, lapses_on: date | None, settled_on: date | None, held_until: date | None = None
) -> NextStep | None:
    """Tell what comes next, or nothing for a claim that is at its end.

    Source: article 1.4 (last working day of the month), rule 1.1-R10, reading A36 (paper).
    """
    texts = _TEXTS.get(state)
    if texts is None:
        return None
    if state is ClaimState.SUBMITTED and held_until is not None:
        return NextStep(*_HELD, due_on=held_until)
    if state is ClaimState.SUSPENDED:
        return NextStep(*texts, due_on=lapses_on)
    if state is ClaimState.SETTLED and settled_on is not None:
        return NextStep(*texts, due_on=_payment_day(settled_on))
    return NextStep(*texts)


def _payment_day(settled_on: date) -> date:
    calendar = WorkingDays()
    day = calendar.payment_day(settled_on.year, settled_on.month)
    if settled_on <= day:
        return day
    return calendar.payment_day(settled_on.year + settled_on.month // 12, settled_on.month % 12 + 1)
