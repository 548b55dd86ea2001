"""Errors of the domain: a stable code, data and the fields at fault; no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of the input.

    Shapes: `pointer` is a JSON pointer into the request ("/items/0/amount_cents"); `rule` names the rule that was
    broken (a code of the API or a rule id of the plan's source).
    """

    pointer: str
    rule: str
    message: str


class DomainError(Exception):
    """A fact that stops a use case; subclasses name the fact."""

    code: ClassVar[str] = "domain_error"

    def __init__(self, message: str, *, errors: Sequence[FieldError] = (), **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.errors = tuple(errors)
        self.data = data


class NotFound(DomainError):
    """The thing does not exist, or the caller may not know that it does."""

    code = "not_found"


class Conflict(DomainError):
    """The state of things forbids it now."""

    code = "conflict"


class InvalidInput(DomainError):
    """The input breaks a rule that its fields name."""

    code = "invalid_input"


class NotAllowed(DomainError):
    """The caller is known and may not do this."""

    code = "not_allowed"


class Unavailable(DomainError):
    """Something needed is missing for now; the same call may work later."""

    code = "unavailable"
