"""Read the terms of the funds from their files: one YAML file per fund, data that a fund administrator reads."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.errors import FundTermsUnknown
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.review import ReviewOutcome, ReviewReason

FOLDER = Path(__file__).parent / "funds"

Count = Annotated[int, Field(ge=0, strict=True)]
Positive = Annotated[int, Field(ge=1, strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Text(_Part):
    text_it: str
    text_en: str


class _Reason(_Text):
    code: str
    outcomes: Annotated[list[ReviewOutcome], Field(min_length=1)]
    article: str | None = None


class _FundFile(_Part):
    """The form of a file; articles must be quoted, because YAML reads 7.10 as the number 7.1."""

    fund: str
    name: str
    patron_day: Annotated[str, Field(pattern=r"^\d{2}-\d{2}$")]
    paper_queue_days: Count
    lease_minutes: Positive
    four_eyes_above_cents: Count
    decide_within_working_days: Positive
    payable_referrals: list[str]
    reasons: list[_Reason]
    usual_documents: dict[str, list[Annotated[list[DocumentKind], Field(min_length=1)]]]


def read_fund_terms(path: Path) -> FundTerms:
    """Read one file; a reason's code that stands twice, an unknown field or a wrong type is refused."""
    file = _FundFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    month, day = (int(part) for part in file.patron_day.split("-"))
    reasons = {
        one.code: ReviewReason(one.code, frozenset(one.outcomes), one.article, one.text_it, one.text_en)
        for one in file.reasons
    }
    if len(reasons) != len(file.reasons):
        raise ValueError(f"{path.name}: the code of a reason stands twice")
    return FundTerms(
        fund=file.fund,
        name=file.name,
        patron=(month, day),
        paper_queue_days=file.paper_queue_days,
        lease_minutes=file.lease_minutes,
        four_eyes_above_cents=file.four_eyes_above_cents,
        decide_within_working_days=file.decide_within_working_days,
        payable_referrals=frozenset(file.payable_referrals),
        reasons=reasons,
        usual_documents={
            article: [frozenset(line) for line in lines] for article, lines in file.usual_documents.items()
        },
    )


@cache
def all_fund_terms() -> Mapping[str, FundTerms]:
    """Return the terms of every fund that this release knows."""
    return {terms.fund: terms for terms in map(read_fund_terms, sorted(FOLDER.glob("*.yaml")))}


def terms_of(fund: str) -> FundTerms:
    """Return the terms of one fund.

    Raises: FundTermsUnknown.
    """
    try:
        return all_fund_terms()[fund]
    except KeyError:
        raise FundTermsUnknown("This release knows no terms of the fund.", fund=fund) from None
