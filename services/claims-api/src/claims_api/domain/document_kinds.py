"""What a document can be: a closed list, the one that the plan's rules ask for by name."""

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
    """The types of file that the intake takes."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"


MAX_DOCUMENT_BYTES = 25 * 1024 * 1024
