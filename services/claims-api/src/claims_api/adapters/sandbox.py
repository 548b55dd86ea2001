"""Work on files of strangers in a process of its own, with bounded memory and time."""

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar, TypeVarTuple, Unpack

import anyio
from anyio import BrokenWorkerProcess, CapacityLimiter, to_process

from claims_api.adapters.file_type import CleanFile, unsafe

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")
_MIB = 1024 * 1024


class DocumentChecker(Protocol):
    """Check a file within a time; None when the time was over before."""

    async def check(self, source: Path, target: Path, *, seconds: float) -> CleanFile | None:
        """Write to `target` what is kept of `source`.

        Raises: UnsupportedDocument, UnsafeDocument.
        """
        ...


class Sandbox:
    """A few child processes that stay warm; one that takes too long or too much is killed, and the next one is new."""

    def __init__(self, *, memory_mb: int, processes: int = 2) -> None:
        self._memory = memory_mb * _MIB
        self._limiter = CapacityLimiter(processes)

    async def run(
        self,
        work: Callable[[Unpack[Arguments]], T],
        *args: *Arguments,
        seconds: float,
        memory_mb: int | None = None,
    ) -> T | None:
        """Return what the work returns, None when it was not done in time.

        Raises: UnsafeDocument when it died of its memory, and what the work raises.
        """
        try:
            with anyio.move_on_after(seconds):
                memory = memory_mb * _MIB if memory_mb else self._memory
                return await to_process.run_sync(_bounded, memory, work, args, cancellable=True, limiter=self._limiter)
        except (BrokenWorkerProcess, MemoryError):
            raise unsafe("file_too_complex", "The file takes too much memory to be read.") from None
        return None

    async def check(self, source: Path, target: Path, *, seconds: float) -> CleanFile | None:
        """Check a file (DocumentChecker)."""
        return await self.run(_clean, source, target, seconds=seconds)


def _bounded(memory: int, work: Callable[..., T], args: tuple[object, ...]) -> T:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    return work(*args)


def _clean(source: Path, target: Path) -> CleanFile:
    # The readers of every kind of file are loaded in the child alone.
    from claims_api.adapters.document_inspection import clean  # noqa: PLC0415

    return clean(source, target)
