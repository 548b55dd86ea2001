"""The application as a whole."""

import inspect

from kit.errors import DomainError
from kit.problem import status_of
from payout_svc.domain import errors
from payout_svc.entrypoints.http.problems import PROBLEMS


def test_every_error_has_a_status() -> None:
    found = [
        one
        for _, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, DomainError) and one.__module__ == errors.__name__
    ]
    assert len(found) >= 12
    assert {status_of(one, PROBLEMS) for one in found} <= {403, 404, 409, 422, 500}
