"""Read how long each fund keeps its documents: one YAML file per fund, data that a fund administrator reads."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.retention import RetentionRules

FOLDER = Path(__file__).parent / "retention"
Positive = Annotated[int, Field(ge=1, strict=True)]


class _RetentionFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fund: str
    unused_days: Positive
    refused_days: Positive
    years_after_last_use: Positive
    years_by_kind: dict[DocumentKind, Positive] = {}


@cache
def all_retention_rules() -> Mapping[str, RetentionRules]:
    """Return the rules of every fund; of a fund without a file nothing is erased by itself."""
    files = [
        _RetentionFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.yaml"))
    ]
    return {
        one.fund: RetentionRules(
            one.fund, one.unused_days, one.refused_days, one.years_after_last_use, one.years_by_kind
        )
        for one in files
    }
