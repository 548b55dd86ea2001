"""How long one step of a claim takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """The percentiles of one step, in seconds from its first timestamp to its last; null without any."""

    step: str
    count: int
    p50_seconds: float | None
    p90_seconds: float | None
    p99_seconds: float | None
