"""The coarse gates say the same as the policies of the services' routes."""

import importlib
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from generate import SERVICES, SETTINGS
from kit.auth import Access
from render import HERE, Route, load_table

OUTSIDE_STAFF = {"member", "facility"}
# identity-svc is no FastAPI application; the clock is there in a demo only.
ROWS = [
    row for row in load_table(HERE / "routes.yaml").routes if row.service != "identity" and "demo" not in row.prefix
]


@pytest.fixture(scope="module")
def roles_by_path() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with pytest.MonkeyPatch.context() as environment:
        for name, value in SETTINGS.items():
            environment.setenv(name, value)
        for package in SERVICES.values():
            app = importlib.import_module(f"{package}.entrypoints.http.app").create_app()
            for route in iter_route_contexts(app.routes):
                found.setdefault(str(route.path), set()).update(roles_of(getattr(route, "dependant", None)))
    return found


def roles_of(dependant: Any) -> set[str]:
    if dependant is None:
        return set()
    own = dependant.call.roles if isinstance(dependant.call, Access) else frozenset()
    return set(own).union(*(roles_of(inner) for inner in dependant.dependencies))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.prefix)
def test_gate_admits_whom_the_service_admits(row: Route, roles_by_path: dict[str, set[str]]) -> None:
    inside = [roles for path, roles in roles_by_path.items() if f"{path}/".startswith(f"{row.prefix}/")]
    assert inside
    admitted = set().union(*inside)
    if admitted & OUTSIDE_STAFF:
        assert not row.roles, "not for staff only: leave the choice to the service"
    else:
        assert set(row.roles) == admitted
