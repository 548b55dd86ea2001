"""One pytest plugin for the whole repository, and which tests go to one worker."""

from typing import Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

pytest_plugins = ["kit.testing.plugin"]

# Suites that share one running system, or one exchange of the broker: a second worker would start a second one, or
# hear what the first publishes.
ONE_SYSTEM = (
    "tests/e2e/",
    "services/identity-svc/tests/",
    "gateway/tests/",
    "libs/kit/tests/integration/test_bus_conformance.py",
)


class _BySystem(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return next((suite for suite in ONE_SYSTEM if nodeid.startswith(suite)), nodeid)


# The marker xdist_group would say the same, but this pytest ignores it.
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _BySystem(config, log)
