"""What was read in an uploaded invoice, for a person to confirm."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from claims_api.domain.document_kinds import MediaType
from claims_api.domain.invoice_reading import FieldName, ReadField
from claims_api.domain.signature import Signature

MAX_TRIES = 3


class ExtractionState(StrEnum):
    """Whether a document was read; `not_read` where nobody is going to read it."""

    PENDING = "pending"
    READ = "read"
    UNREADABLE = "unreadable"
    NOT_READ = "not_read"


@dataclass(frozen=True, slots=True)
class Extraction:
    """The proposals of one document; `tries` counts how often the worker began."""

    document_id: UUID
    state: ExtractionState
    due_at: datetime | None = None
    tries: int = 0
    method: str | None = None
    fields: Sequence[ReadField] = ()
    person_id: UUID | None = None
    signatures: Sequence[Signature] = ()
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WantedReading:
    """What the reader needs: where the bytes are, what they are, whose codici fiscali may stand in them."""

    storage_key: str
    media_type: MediaType
    family: frozenset[str]


def was_read(
    extraction: Extraction,
    method: str,
    fields: Iterable[ReadField],
    persons: Mapping[str, UUID],
    *,
    at: datetime,
    signatures: Sequence[Signature] = (),
) -> Extraction:
    """Return the extraction with what was read.

    Shapes: `persons` maps the codici fiscali of the member's family to their persons.
    """
    found = tuple(fields)
    code = next((str(field.value) for field in found if field.name is FieldName.BENEFICIARY), "")
    return replace(
        extraction,
        state=ExtractionState.READ if found else ExtractionState.UNREADABLE,
        due_at=None,
        method=method,
        fields=found,
        person_id=persons.get(code),
        signatures=tuple(signatures),
        read_at=at,
    )
