from claims_api.domain import errors
from claims_api.entrypoints.http.problems import PROBLEMS
from kit.errors import DomainError


def test_every_error_of_the_domain_has_its_status() -> None:
    own = {
        one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, DomainError) and one.__module__ == errors.__name__
    }
    assert set(PROBLEMS) == own
    assert len({one.code for one in own}) == len(own)
