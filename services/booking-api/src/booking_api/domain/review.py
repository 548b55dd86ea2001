"""The review (revisione) of what was settled at zero or in part."""

from booking_api.domain.errors import MatterFactsInvalid, ReviewForbidden, SecondPersonNeeded
from kit.errors import FieldError


def check_reviewable(*, settled_cents: int, asked_cents: int, open_review: bool = False) -> None:
    """Refuse a review of what was settled in full, and a second one beside an open one.

    Raises: ReviewForbidden.
    Source: FASCHIM e-mail, FAQ 10, "revisione di una pratica liquidata a zero o parzialmente"; reading AMB-K07.
    """
    if settled_cents >= asked_cents:
        raise ReviewForbidden("La pratica è stata liquidata per intero: non c'è nulla da rivedere")
    if open_review:
        raise ReviewForbidden("Una richiesta di revisione è già aperta per questa pratica")


def check_granted(granted_cents: int | None, *, settled_cents: int, asked_cents: int) -> int:
    """Return what is to be granted: more than was settled, never more than was asked, which the price bounds.

    Raises: MatterFactsInvalid.
    """
    if granted_cents is None or not settled_cents < granted_cents <= asked_cents:
        message = "L'importo riconosciuto è più di quanto liquidato e non più di quanto chiesto"
        raise MatterFactsInvalid(message, errors=[FieldError("/granted_cents", "between_settled_and_asked", message)])
    return granted_cents


def check_second_person(*, proposed_by: str, granted_by: str, proposed_cents: int, granted_cents: int) -> None:
    """Let another person grant exactly what one has proposed: the rules have not authorised it.

    Raises: SecondPersonNeeded, MatterFactsInvalid.
    """
    if proposed_by == granted_by:
        raise SecondPersonNeeded("Chi ha proposto l'aumento non può concederlo: serve una seconda persona")
    if granted_cents != proposed_cents:
        message = "Si concede l'importo proposto: per un altro importo rimanda la richiesta e proponilo di nuovo"
        raise MatterFactsInvalid(message, errors=[FieldError("/granted_cents", "as_proposed", message)])
