"""A file with the network: what its lines say, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from booking_api.domain.facility import Facility


class ImportState(StrEnum):
    """What became of a file."""

    CHECKED = "checked"
    APPLIED = "applied"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line; the header is line 1."""

    line: int
    field: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class NetworkLine:
    """One line: a facility, or what is wrong with it."""

    number: int
    facility: Facility | None
    faults: tuple[LineFault, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkImport:
    """The report on a file.

    Shapes: a file with a fault is `rejected` as a whole; a dry run without one is `checked`; `faults` are the first
    ones, `fault_count` counts all.
    """

    import_id: UUID
    sha256: str
    dry_run: bool
    state: ImportState
    lines: int
    created: int
    changed: int
    unchanged: int
    fault_count: int
    faults: tuple[LineFault, ...]
    imported_at: datetime
    imported_by: str
