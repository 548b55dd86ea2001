"""Who says to have signed a document, and whether what was signed is still what lies there."""

from dataclasses import dataclass
from enum import StrEnum


class Integrity(StrEnum):
    """Whether a signature fits the bytes and the key of its certificate; `not_checked` where nothing could be said."""

    VERIFIED = "verified"
    BROKEN = "broken"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a document, for a person to look at.

    Shapes: `signer` and `issuer` are what the certificate says of itself: nobody has checked who issued it, whether it
    was revoked, or when it was used.
    """

    integrity: Integrity
    signer: str | None = None
    issuer: str | None = None
