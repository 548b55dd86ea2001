from claims_api.domain import check_errors, errors
from claims_api.entrypoints.http.problems import PROBLEMS
from kit.errors import DomainError


def test_every_error_of_the_domain_has_its_status() -> None:
    own = {
        one
        for module in (errors, check_errors)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, DomainError) and one.__module__ == module.__name__
    }
    assert set(PROBLEMS) == own
    assert len({one.code for one in own}) == len(own)
