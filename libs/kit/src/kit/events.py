"""Events: what a service publishes, and the envelope that carries it (CloudEvents 1.0 attributes)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID


class DomainEvent(Protocol):
    """A fact that a service publishes: a frozen dataclass of plain values."""

    TYPE: ClassVar[str]

    @property
    def subject(self) -> str:
        """Return the id of the aggregate; events of one subject stay in order."""
        ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event on its way.

    Shapes: `type` is `<producer>.<fact>.v<n>` and the routing key; `data` is the JSON object of the contract.
    """

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    fund: str
    traceparent: str | None
    data: Mapping[str, Any]
