"""The characters that every SEPA bank accepts.

Source: EPC217-08, SEPA requirements for an extended character set: the basic Latin set.
"""

import re
import unicodedata

_OUTSIDE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_SPACES = re.compile(r"\s+")
_REPLACEMENTS = str.maketrans(
    {
        "ß": "ss", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d",
        "Þ": "Th", "þ": "th", "ð": "d", "Œ": "OE", "œ": "oe", "ı": "i", "’": "'", "‘": "'", "`": "'", "´": "'",
        "–": "-", "—": "-", "“": "'", "”": "'", '"': "'", "€": "EUR", "&": "+", "º": "", "ª": "", "°": "", "_": "-",
    }
)  # fmt: skip


def is_sepa_text(text: str) -> bool:
    """Say whether a text holds only characters of the basic Latin set."""
    return _OUTSIDE.search(text) is None


def sepa_text(text: str, length: int) -> str:
    """Write a text in the basic Latin set, at most that long; what has no equivalent becomes a dot."""
    if text.isascii() and is_sepa_text(text) and "  " not in text:
        return text.strip()[:length].strip()
    plain = unicodedata.normalize("NFKD", text.translate(_REPLACEMENTS))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _SPACES.sub(" ", plain).strip()
    return _OUTSIDE.sub(".", plain)[:length].strip()


def sepa_reference(text: str) -> str:
    """Check a reference such as an end-to-end id and return it.

    Raises: ValueError when it is too long, leaves the character set or has slashes at an end or in a pair.
    """
    if not 1 <= len(text) <= 35 or not is_sepa_text(text) or text[0] == "/" or text[-1] == "/" or "//" in text:  # noqa: PLR2004
        raise ValueError(f"not a SEPA reference: {text!r}")
    return text


def sepa_amount(cents: int) -> str:
    """Write cents as a SEPA amount.

    Raises: ValueError outside 0.01 to 999,999,999.99 euro.
    """
    if not 1 <= cents <= 99_999_999_999:  # noqa: PLR2004 (the scheme's own limits)
        raise ValueError(f"not a SEPA amount: {cents} cents")
    return f"{cents // 100}.{cents % 100:02d}"
