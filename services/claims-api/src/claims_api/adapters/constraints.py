"""Say in the domain's words what the database refused."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from kit.errors import DomainError


def violated_constraint(error: IntegrityError) -> str | None:
    """Return the name of the constraint that the statement broke."""
    return getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)


@contextmanager
def refused_by(constraint: str, fact: DomainError) -> Iterator[None]:
    """Raise the fact in place of the violation of one constraint."""
    try:
        yield
    except IntegrityError as error:
        if violated_constraint(error) == constraint:
            raise fact from error
        raise
