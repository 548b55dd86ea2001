"""Read the terms of the funds from their files: one YAML file per fund, data that a fund administrator reads."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from booking_api.domain.booking_states import LABELS, Label
from booking_api.domain.decision import Reason
from booking_api.domain.dispensing import PaperKind
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.nomenclature import BookableService

FOLDER = Path(__file__).parent / "funds"

_services = TypeAdapter(list[BookableService])
_reasons = TypeAdapter(list[Reason])
_papers = TypeAdapter(dict[str, tuple[PaperKind, ...]])
_labels = TypeAdapter(dict[str, Label])


class _FundFile(BaseModel):
    """The form of a file; articles must be quoted, because YAML reads 7.10 as the number 7.1."""

    model_config = ConfigDict(extra="forbid", strict=True)

    fund: str
    name: str
    contact: dict[str, str]
    notice_cite: str
    patron_day: Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$")]
    letter_lead_working_days: Annotated[int, Field(ge=0)]
    dispensing_grace_days: Annotated[int, Field(ge=0)]
    booking_horizon_days: Annotated[int, Field(ge=1)]
    reschedule_until_working_days: Annotated[int, Field(ge=0)]
    slot_hold_minutes: Annotated[int, Field(ge=1)]
    agenda_days: Annotated[int, Field(ge=1, le=365)]
    refusal_reasons: list[dict[str, Any]]
    state_labels: dict[str, dict[str, str]] = {}
    dispensing_papers: dict[str, list[str]] = {}
    services: list[dict[str, Any]]


def read_fund_terms(path: Path) -> FundTerms:
    """Read one file; a service code that stands twice, an unknown field or a wrong type is refused."""
    file = _FundFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    month, day = (int(part) for part in file.patron_day.split("-"))
    services = _services.validate_python([{"tariff_code": None, "specialty": None} | one for one in file.services])
    labels = _labels.validate_python(file.state_labels)
    if not set(labels) <= set(LABELS):
        raise ValueError(f"{path.name}: unknown states {sorted(set(labels) - set(LABELS))}")
    by_code = {service.code: service for service in services}
    if len(by_code) != len(services):
        raise ValueError(f"{path.name}: a service code stands twice")
    return FundTerms(
        fund=file.fund,
        name=file.name,
        contact_it=file.contact["it"],
        contact_en=file.contact["en"],
        notice_cite=file.notice_cite,
        patron=(month, day),
        letter_lead_working_days=file.letter_lead_working_days,
        dispensing_grace_days=file.dispensing_grace_days,
        booking_horizon_days=file.booking_horizon_days,
        reschedule_until_working_days=file.reschedule_until_working_days,
        slot_hold_minutes=file.slot_hold_minutes,
        agenda_days=file.agenda_days,
        services=by_code,
        refusal_reasons={one.code: one for one in _reasons.validate_python(file.refusal_reasons)},
        state_labels={**LABELS, **labels},
        dispensing_papers=_papers.validate_python(file.dispensing_papers),
    )


@cache
def all_fund_terms() -> Mapping[str, FundTerms]:
    """Return the terms of every fund that this release knows."""
    return {terms.fund: terms for terms in map(read_fund_terms, sorted(FOLDER.glob("*.yaml")))}
