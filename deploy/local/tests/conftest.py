import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that PostgreSQL's account can enter, which pytest's own are not when root runs the tests."""
    directory = Path(tempfile.mkdtemp(prefix="mutua-test-"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)
