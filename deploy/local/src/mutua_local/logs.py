"""The log file of each process: one generation is kept, the turn is made when the system starts."""

import time
from collections.abc import Iterator
from pathlib import Path

_ROTATE_BYTES = 5_000_000
_TAIL_BYTES = 65_536
_FOLLOW_SECONDS = 0.2


def log_file(directory: Path, name: str) -> Path:
    return directory / f"{name}.log"


def rotate(directory: Path) -> None:
    """Put every log that has grown large aside, over its former generation."""
    for file in directory.glob("*.log"):
        if file.stat().st_size > _ROTATE_BYTES:
            file.replace(file.with_suffix(".log.1"))


def tail(file: Path, lines: int) -> list[str]:
    """Return the last lines of a log, reading only its end."""
    if not file.exists():
        return []
    with file.open("rb") as log:
        log.seek(max(0, file.stat().st_size - _TAIL_BYTES))
        return log.read().decode(errors="replace").splitlines()[-lines:]


def follow(files: list[Path]) -> Iterator[tuple[Path, str]]:
    """Yield every line that is appended to the files from now on, until the caller stops."""
    return _follow({file: file.stat().st_size if file.exists() else 0 for file in files})


def _follow(positions: dict[Path, int]) -> Iterator[tuple[Path, str]]:
    while True:
        for file, position in positions.items():
            for line, end in _read_lines(file, position):
                positions[file] = end
                yield file, line
        time.sleep(_FOLLOW_SECONDS)


def _read_lines(file: Path, position: int) -> Iterator[tuple[str, int]]:
    if not file.exists():
        return
    with file.open("rb") as log:
        log.seek(position if position <= file.stat().st_size else 0)
        while (line := log.readline()).endswith(b"\n"):
            yield line.decode(errors="replace").rstrip("\n"), log.tell()
