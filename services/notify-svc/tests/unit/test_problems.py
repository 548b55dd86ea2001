"""Every fact of the domain has its HTTP status."""

from kit.errors import DomainError
from notify_svc.domain import errors
from notify_svc.entrypoints.http.problems import PROBLEMS


def test_every_error_has_a_status() -> None:
    own = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, DomainError) and value.__module__ == errors.__name__
    }
    assert own == set(PROBLEMS)
    assert len({error.code for error in own}) == len(own)
