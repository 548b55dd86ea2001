"""Why a bank rejects or returns a transfer, in words for the payee."""

from collections.abc import Iterator
from dataclasses import dataclass

from payout_svc.domain.reason_texts import REASON_TEXTS


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """A reason code with its texts; `holds_iban` says that the same IBAN must not be tried again."""

    code: str
    text_it: str
    text_en: str
    holds_iban: bool = True


def _read(lines: str) -> Iterator[ReturnReason]:
    for line in lines.strip().splitlines():
        key, text_it, text_en = line.split("|")
        code, sign = key.split()
        yield ReturnReason(code, text_it, text_en, holds_iban=sign == "+")


_REASONS = {reason.code: reason for reason in _read(REASON_TEXTS)}
_UNKNOWN = _REASONS["MS03"]


def return_reason(code: str | None) -> ReturnReason:
    """Return the reason of a code; an unlisted code, such as a bank's own, keeps its name under the general text."""
    if code is None:
        return _UNKNOWN
    return _REASONS.get(code) or ReturnReason(code, _UNKNOWN.text_it, _UNKNOWN.text_en)


def known_reasons() -> tuple[ReturnReason, ...]:
    """Return every listed reason in the order of their codes."""
    return tuple(sorted(_REASONS.values(), key=lambda reason: reason.code))
