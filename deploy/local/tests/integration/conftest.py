from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from local_runs import SmallRun


@pytest.fixture
def small_run(place: Path) -> Iterator[Callable[..., SmallRun]]:
    runs: list[SmallRun] = []

    def make(**extra: str) -> SmallRun:
        runs.append(SmallRun(place / "home", **extra))
        return runs[-1]

    yield make
    for run in runs:
        run.end()
