"""What the member is told to do next, in every state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from booking_api.domain.booking_states import BookingState

S = BookingState


@dataclass(frozen=True, slots=True)
class NextStep:
    """One sentence, Italian first."""

    text_it: str
    text_en: str


NEXT_STEPS: Final[Mapping[BookingState, NextStep]] = {
    S.REQUESTED: NextStep(
        "La richiesta è in valutazione: riceverai la risposta per e-mail. Non devi fare nulla.",
        "The request is being assessed: you will get the answer by e-mail. There is nothing to do.",
    ),
    S.REFERRED: NextStep(
        "La richiesta è all'esame di un operatore, che ti contatterà se servono altri documenti.",
        "An operator is looking at the request and will contact you if more documents are needed.",
    ),
    S.AUTHORISED: NextStep(
        "Prestazione autorizzata. Due giorni lavorativi prima dell'appuntamento riceverai la lettera con la quota "
        "a tuo carico: portala in struttura, è indispensabile.",
        "The service is authorised. Two working days before the appointment you will receive the letter with your "
        "share: take it to the facility, it is indispensable.",
    ),
    S.NOT_AUTHORISED: NextStep(
        "La prestazione non è autorizzata in forma diretta. Se il piano la prevede, puoi pagarla e chiedere il "
        "rimborso.",
        "The service is not authorised in direct mode. If the plan covers it, you can pay for it and claim it back.",
    ),
    S.LETTER_SENT: NextStep(
        "Porta in struttura la lettera (PDF), la prescrizione medica e la tessera sanitaria; paga solo la tua quota.",
        "Take the letter (PDF), the prescription and your health card to the facility; pay only your share.",
    ),
    S.DISPENSED: NextStep("La prestazione è stata erogata.", "The service was given."),
    S.SUSPENDED: NextStep(
        "La struttura e il fondo stanno chiarendo la fattura. Non devi fare nulla.",
        "The facility and the fund are clearing up the invoice. There is nothing to do.",
    ),
    S.CLOSED: NextStep(
        "Tutto concluso: il fondo paga la sua quota alla struttura. Non devi trasmettere documenti.",
        "All done: the fund pays its share to the facility. You need not send any document.",
    ),
    S.SETTLED: NextStep(
        "Tutto concluso: il fondo ha pagato la sua quota alla struttura.",
        "All done: the fund has paid its share to the facility.",
    ),
    S.CANCELLED: NextStep("La prenotazione è stata annullata.", "The booking was cancelled."),
    S.REPLACED: NextStep(
        "La prenotazione è stata sostituita da una nuova: vale la nuova.",
        "The booking was replaced by a new one: the new one counts.",
    ),
    S.EXPIRED: NextStep(
        "La prenotazione è scaduta. Se hai pagato la prestazione, puoi chiedere il rimborso se il piano la prevede.",
        "The booking has expired. If you paid for the service, you can claim it back if the plan covers it.",
    ),
}
