"""A case's timeline: everything that happened, in the words of its member."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims_api.domain.appeal import Appeal, AppealState
from claims_api.domain.case import Case, StateChange
from claims_api.domain.check_up import CheckUp, CheckUpState
from claims_api.domain.claim_states import LABELS_IT, ClaimState


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened; without a claim it is about the whole case."""

    at: datetime
    kind: str
    claim_id: UUID | None
    text_it: str
    text_en: str


_S = ClaimState
_BY_NOTE: Mapping[str, tuple[str, str]] = {
    "checked": ("La Cassa valuta l'esito di un controllo.", "The fund looks at what a check found."),
    "completed": ("Documenti mancanti ricevuti.", "The missing documents were received."),
    "turn_came": ("La richiesta su carta è al suo turno.", "The request on paper has come to its turn."),
    "released_early": ("Esaminata prima del suo turno.", "It is examined before its turn."),
    "correction": ("La decisione viene rettificata.", "The decision is being corrected."),
    "corrected": ("La rettifica è decisa.", "The correction is decided."),
    "facts_changed": ("La Cassa ha corretto i dati della richiesta.", "The fund put the facts of the request right."),
    "suspension_lapsed": ("Non completata in tempo: respinta.", "Not completed in time: rejected."),
    "transfer_paid": ("Bonifico eseguito.", "The transfer was made."),
    "transfer_returned": ("Bonifico respinto dalla banca.", "The bank returned the transfer."),
}
_BY_STATE: Mapping[ClaimState, tuple[str, str]] = {
    _S.SUBMITTED: ("Richiesta inviata.", "The request was sent."),
    _S.SUSPENDED: ("Sospesa: mancano documenti.", "Suspended: documents are missing."),
    _S.REFERRED: ("Una persona della Cassa la valuta.", "A person of the fund is looking at it."),
    _S.APPROVED: ("Accolta.", "Accepted."),
    _S.SETTLED: ("Liquidata.", "Settled."),
    _S.PAID: ("Pagata.", "Paid."),
    _S.RETURNED: ("Bonifico respinto dalla banca.", "The bank returned the transfer."),
    _S.REJECTED: ("Respinta.", "Rejected."),
    _S.WITHDRAWN: ("Ritirata.", "Withdrawn."),
}


def timeline(
    case: Case,
    history: Mapping[UUID, Sequence[StateChange]],
    appeals: Iterable[Appeal],
    visits: Iterable[CheckUp] = (),
) -> list[CaseEvent]:
    """Return what happened, the first thing first."""
    opened = CaseEvent(case.created_at, "opened", None, f"Pratica {case.number} aperta.", f"Case {case.number} opened.")
    events = [opened]
    for claim in case.claims:
        events.extend(_of_change(change) for change in history.get(claim.claim_id, ()))
    for appeal in appeals:
        events.extend(_of_appeal(appeal))
    for visit in visits:
        events.extend(_of_visit(visit))
    return sorted(events, key=lambda one: one.at)


def _of_change(change: StateChange) -> CaseEvent:
    words = _BY_NOTE.get(change.note or "") or _BY_STATE.get(change.to_state)
    text_it, text_en = words or (LABELS_IT[change.to_state].capitalize() + ".", change.to_state.capitalize() + ".")
    return CaseEvent(change.at, change.note or str(change.to_state), change.claim_id, text_it, text_en)


def _of_appeal(appeal: Appeal) -> Iterator[CaseEvent]:
    asked = ("Revisione richiesta.", "A review was asked for.")
    yield CaseEvent(appeal.requested_at, "review_requested", appeal.claim_id, *asked)
    answers = {
        AppealState.CONFIRMED: ("Revisione: la decisione è confermata.", "Review: the decision stands."),
        AppealState.CORRECTED: ("Revisione: la decisione è rettificata.", "Review: the decision is corrected."),
    }
    answered_at = appeal.second_at or appeal.answered_at
    if appeal.state in answers and answered_at is not None:
        kind = f"review_{appeal.state}"
        yield CaseEvent(answered_at, kind, appeal.claim_id, *answers[appeal.state])


_VISIT_ENDED: Mapping[CheckUpState, tuple[str, str]] = {
    CheckUpState.CONFIRMED: ("Visita di controllo fatta.", "The check-up visit took place."),
    CheckUpState.NOT_CONFIRMED: (
        "La visita di controllo non conferma la richiesta.",
        "The check-up visit does not confirm the request.",
    ),
    CheckUpState.NOT_ATTENDED: ("Visita di controllo non fatta.", "The check-up visit was not attended."),
    CheckUpState.WAIVED: ("La visita di controllo non serve più.", "The check-up visit is no longer needed."),
}


def _of_visit(visit: CheckUp) -> Iterator[CaseEvent]:
    asked = ("La Cassa chiede una visita di controllo (1.3).", "The fund asks for a check-up visit (1.3).")
    yield CaseEvent(visit.ordered_at, "check_up_ordered", visit.claim_id, *asked)
    ended_at = visit.second_at or visit.recorded_at
    if visit.state in _VISIT_ENDED and ended_at is not None:
        yield CaseEvent(ended_at, f"check_up_{visit.state}", visit.claim_id, *_VISIT_ENDED[visit.state])
