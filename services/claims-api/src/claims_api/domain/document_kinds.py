"""What a document can be: a closed list, the one that the plan's rules ask for by name."""

from collections.abc import Mapping
from enum import StrEnum


class DocumentKind(StrEnum):
    """The kind of a document as the plan names it."""

    INVOICE = "invoice"
    ADVANCE_INVOICE = "advance_invoice"
    PRESCRIPTION = "prescription"
    TICKET_RECEIPT = "ticket_receipt"
    TALKING_RECEIPT = "talking_receipt"
    MACHINE_RECEIPT = "machine_receipt"
    PAGOPA_RECEIPT = "pagopa_receipt"
    POSTAL_SLIP = "postal_slip"
    MAV = "mav"
    DENTAL_FORM = "dental_form"
    XRAY = "xray"
    IMPLANT_PASSPORT = "implant_passport"
    LAB_CONFORMITY = "lab_conformity"
    ORTHO_CHECKUP = "ortho_checkup"
    TRANSLATION = "translation"
    IDENTITY_CARD = "identity_card"
    SELF_DECLARATION = "self_declaration"
    HOLDER_DECLARATION = "holder_declaration"
    REGISTER_EXTRACT = "register_extract"
    SCHOOL_CERTIFICATE = "school_certificate"
    DEGREE_CERTIFICATE = "degree_certificate"
    ENROLMENT_CERTIFICATE = "enrolment_certificate"
    EXAM_TRANSCRIPT = "exam_transcript"
    BES_REPORT = "bes_report"
    HANDWRITTEN_NOTE = "handwritten_note"
    OTHER = "other"


class MediaType(StrEnum):
    """The types of file that are kept; a PNG only from before pictures were made into JPEG."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    XML = "application/xml"
    P7M = "application/pkcs7-mime"


# Decimal megabytes, as telephones show them.
MAX_DOCUMENT_BYTES = 20_000_000

_K = DocumentKind

# The kinds that state an expense: what they say is proposed to the member.
READABLE_KINDS = frozenset(
    {_K.INVOICE, _K.ADVANCE_INVOICE, _K.TICKET_RECEIPT, _K.TALKING_RECEIPT, _K.MACHINE_RECEIPT, _K.PAGOPA_RECEIPT}
)

# Italian and English names, as a member reads them in a request for documents.
DOCUMENT_NAMES: Mapping[DocumentKind, tuple[str, str]] = {
    _K.INVOICE: ("Fattura", "Invoice"),
    _K.ADVANCE_INVOICE: ("Fattura d'acconto", "Advance invoice"),
    _K.PRESCRIPTION: ("Prescrizione del medico", "Doctor's prescription"),
    _K.TICKET_RECEIPT: ("Ricevuta del ticket SSN", "Receipt of the SSN ticket"),
    _K.TALKING_RECEIPT: ("Scontrino fiscale parlante", "Itemised till receipt"),
    _K.MACHINE_RECEIPT: ("Ricevuta della cassa automatica", "Receipt of an automatic machine"),
    _K.PAGOPA_RECEIPT: ("Ricevuta pagoPA", "pagoPA receipt"),
    _K.POSTAL_SLIP: ("Bollettino postale", "Postal slip"),
    _K.MAV: ("MAV", "MAV slip"),
    _K.DENTAL_FORM: ("Modulo per le prestazioni odontoiatriche", "Form for dental care"),
    _K.XRAY: ("Radiografia", "X-ray"),
    _K.IMPLANT_PASSPORT: ("Passaporto implantare", "Implant passport"),
    _K.LAB_CONFORMITY: ("Dichiarazione di conformità del laboratorio", "Laboratory's declaration of conformity"),
    _K.ORTHO_CHECKUP: ("Documentazione della visita ortodontica", "Orthodontic check-up documents"),
    _K.TRANSLATION: ("Traduzione in italiano", "Translation into Italian"),
    _K.IDENTITY_CARD: ("Copia della carta d'identità", "Copy of the identity card"),
    _K.SELF_DECLARATION: ("Autodichiarazione", "Self-declaration"),
    _K.HOLDER_DECLARATION: ("Dichiarazione dell'intestatario", "Holder's declaration"),
    _K.REGISTER_EXTRACT: ("Estratto dell'atto di stato civile", "Extract of the civil register"),
    _K.SCHOOL_CERTIFICATE: ("Certificato scolastico", "School certificate"),
    _K.DEGREE_CERTIFICATE: ("Certificato di laurea", "Degree certificate"),
    _K.ENROLMENT_CERTIFICATE: ("Certificato di iscrizione", "Certificate of enrolment"),
    _K.EXAM_TRANSCRIPT: ("Elenco degli esami", "Transcript of exams"),
    _K.BES_REPORT: ("Certificazione BES o DSA", "Report of special educational needs"),
    _K.HANDWRITTEN_NOTE: ("Nota scritta a mano", "Handwritten note"),
    _K.OTHER: ("Altro documento", "Another document"),
}
