"""The doctor's prescription: obligatory for some services, advised for the others.

Source: member guide, "deve obbligatoriamente inviare la prescrizione medica" (eye surgery), "si consiglia al Socio di
allegare sempre la prescrizione medica" (everything else); reading A75.
"""

from collections.abc import Collection

from booking_api.domain.errors import BookingRejected
from booking_api.domain.nomenclature import BookableService
from kit.errors import FieldError

PORTAL = "portal"


def check_prescription(service: BookableService, documents: Collection[str], *, channel: str) -> None:
    """Refuse on the portal what needs a prescription; by telephone it may follow by e-mail, and the rules ask for it.

    Raises: BookingRejected.
    Source: member guide, "tramite oneCARE o in alternativa via email alla Centrale Operativa".
    """
    if service.prescription_required and not documents and channel == PORTAL:
        message = f"{service.title_it}: la prescrizione medica è obbligatoria"
        fault = FieldError("/prescription_document_id", "prescription_required", message)
        raise BookingRejected(message, errors=[fault])


def is_prescription_advised(documents: Collection[str]) -> bool:
    """Say whether the member is to be advised to attach one."""
    return not documents
