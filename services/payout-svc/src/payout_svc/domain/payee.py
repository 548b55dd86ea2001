"""Who is paid: a member or a contracted facility."""

from enum import StrEnum


class PayeeKind(StrEnum):
    """The two kinds of payee; only members wait for the plan's threshold."""

    MEMBER = "member"
    FACILITY = "facility"


class HoldReason(StrEnum):
    """Why a balance that is due stays unpaid, beside the holds of `payee_hold`."""

    IBAN_MISSING = "iban_missing"
    IBAN_REJECTED = "iban_rejected"
    IBAN_UNVERIFIED = "iban_unverified"
