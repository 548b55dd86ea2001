"""Read the terms of the funds from their files: one YAML file per fund, data that a fund administrator reads."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from claims_api.domain.appeal import AppealOutcome
from claims_api.domain.case import Channel
from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.errors import FundTermsUnknown
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.member import Category
from claims_api.domain.paper import PaperRule
from claims_api.domain.profile import WhomToAsk
from claims_api.domain.review import ReviewOutcome, ReviewReason
from claims_api.domain.sampling import SampleRule
from claims_api.domain.submission import Consent, ConsentText

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
    outcomes: Annotated[list[ReviewOutcome | AppealOutcome], Field(min_length=1)]
    article: str | None = None


class _WhomToAsk(_Text):
    redirect_to: str


class _Consent(_Text):
    version: str


class _SampleRule(_Part):
    code: str
    share_bps: Annotated[int, Field(ge=0, le=10_000, strict=True)]
    articles: list[str] = []
    documents: list[DocumentKind] = []
    above_cents: Annotated[int, Field(ge=-1, strict=True)] = -1
    channel: Channel | None = None

    def rule(self) -> SampleRule:
        documents = frozenset(str(one) for one in self.documents)
        articles = frozenset(self.articles)
        return SampleRule(self.code, self.share_bps, articles, documents, self.above_cents, self.channel)


class _Sampling(_Part):
    seed: str
    rules: list[_SampleRule]


class _Paper(_Part):
    article: str
    kinds: Annotated[list[DocumentKind], Field(min_length=1)]
    years: Positive | None = None
    minor_years: Positive | None = None
    school_year: bool = False


class _FundFile(_Part):
    """The form of a file; articles must be quoted, because YAML reads 7.10 as the number 7.1."""

    fund: str
    name: str
    patron_day: Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$")]
    paper_queue_days: Count
    lease_minutes: Positive
    four_eyes_above_cents: Count
    review_request_days: Positive
    decide_within_working_days: Positive
    reasons: list[_Reason]
    data_changes: dict[Category, _WhomToAsk]
    consents: dict[Consent, _Consent]
    filing_consent: _Consent
    sampling: _Sampling
    unavailable_functions: dict[str, _Text]
    usual_documents: dict[str, list[Annotated[list[DocumentKind], Field(min_length=1)]]]
    papers: list[_Paper]


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
        review_request_days=file.review_request_days,
        decide_within_working_days=file.decide_within_working_days,
        reasons=reasons,
        data_changes={one: WhomToAsk(**ask.model_dump()) for one, ask in file.data_changes.items()},
        consents={kind: ConsentText(**one.model_dump()) for kind, one in file.consents.items()},
        filing_consent=ConsentText(**file.filing_consent.model_dump()),
        sampling_seed=file.sampling.seed,
        sampling=[one.rule() for one in file.sampling.rules],
        unavailable_functions={name: (one.text_it, one.text_en) for name, one in file.unavailable_functions.items()},
        usual_documents={
            article: [frozenset(line) for line in lines] for article, lines in file.usual_documents.items()
        },
        papers=[PaperRule(**one.model_dump(exclude={"kinds"}), kinds=frozenset(one.kinds)) for one in file.papers],
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
