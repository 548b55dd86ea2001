"""Read the passages of funds from other systems, one YAML file a fund."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from booking_api.domain.dispensing import PaperKind
from booking_api.domain.transition import Transition

FOLDER = Path(__file__).parent / "transitions"


class _Span(BaseModel):
    model_config = ConfigDict(extra="forbid")

    start: date = Field(alias="from")
    before: date


class _TransitionFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fund: str
    old_system: str
    new_system: str
    new_opens_on: date
    old_opening_ends_on: date
    old_dispensing_until: date
    old_closes_on: date
    imported_state: str
    dispensable_state: str
    suspended_state: str
    review_state: str
    frozen_stays: _Span
    papers: dict[str, tuple[PaperKind, ...]]
    cites: dict[str, str]


def read_transition(path: Path) -> Transition:
    """Read one file; an unknown field or a wrong type is refused."""
    file = _TransitionFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    plain = {name: getattr(file, name) for name in _TransitionFile.model_fields if name != "frozen_stays"}
    return Transition(**plain, frozen_from=file.frozen_stays.start, frozen_before=file.frozen_stays.before)


@cache
def all_transitions() -> Mapping[str, Transition]:
    """Return the passage of every fund that has one."""
    return {one.fund: one for one in map(read_transition, sorted(FOLDER.glob("*.yaml")))}
