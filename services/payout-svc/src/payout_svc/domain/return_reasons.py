"""Why a bank rejects or returns a transfer, in words for the payee."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """A reason code with its texts; `holds_iban` says that the same IBAN must not be tried again."""

    code: str
    text_it: str
    text_en: str
    holds_iban: bool = True


_UNKNOWN = (
    "La banca ha rifiutato il bonifico senza indicare il motivo",
    "The bank refused the transfer without giving the reason",
)

# Source: ISO 20022 external code set ExternalStatusReason1Code, the codes in use for SEPA credit transfers.
_REASONS = {
    reason.code: reason
    for reason in (
        ReturnReason("AC01", "L'IBAN indicato non è corretto", "The IBAN is not correct"),
        ReturnReason("AC03", "L'IBAN del beneficiario non è valido", "The payee's IBAN is not valid"),
        ReturnReason("AC04", "Il conto corrente è chiuso", "The account is closed"),
        ReturnReason("AC06", "Il conto corrente è bloccato", "The account is blocked"),
        ReturnReason("AG01", "Il conto non accetta bonifici", "The account does not accept transfers"),
        ReturnReason("AG02", "Il tipo di operazione non è ammesso", "The operation is not allowed", holds_iban=False),
        ReturnReason(
            "AM04", "Il conto del fondo non era capiente", "The fund's account had no cover", holds_iban=False
        ),
        ReturnReason(
            "AM05", "La banca considera il bonifico un duplicato", "The bank takes the transfer for a duplicate"
        ),
        ReturnReason("BE01", "L'intestatario non corrisponde al conto", "The holder does not match the account"),
        ReturnReason("BE04", "I dati del beneficiario sono incompleti", "The payee's details are incomplete"),
        ReturnReason("BE05", "L'ordinante non è riconosciuto", "The originator is not recognised", holds_iban=False),
        ReturnReason("CNOR", "La banca del beneficiario non è raggiungibile", "The payee's bank cannot be reached"),
        ReturnReason("DT01", "La data di esecuzione non è valida", "The execution date is not valid", holds_iban=False),
        ReturnReason("FF01", "Il formato del flusso non è valido", "The file's format is not valid", holds_iban=False),
        ReturnReason("MD07", "L'intestatario del conto risulta deceduto", "The account holder is deceased"),
        ReturnReason("MS02", "Il beneficiario ha rifiutato il bonifico", "The payee refused the transfer"),
        ReturnReason("MS03", *_UNKNOWN),
        ReturnReason("RC01", "Il codice BIC della banca non è corretto", "The bank's BIC is not correct"),
        ReturnReason(
            "RR04", "La banca ha respinto il bonifico per motivi normativi", "The bank refused for regulatory reasons"
        ),
    )
}


def return_reason(code: str | None) -> ReturnReason:
    """Return the reason of a code; an unlisted code keeps its name under the general text."""
    if code is None:
        return _REASONS["MS03"]
    return _REASONS.get(code) or ReturnReason(code, *_UNKNOWN)
