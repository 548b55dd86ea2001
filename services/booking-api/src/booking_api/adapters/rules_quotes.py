"""Ask rules-svc for quotes over HTTP, with the caller's own token: what the caller may not see is not answered."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from booking_api.domain.decision import Reason
from booking_api.use_cases.ports import PriceToQuote, QuoteQuestion, Share

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 2.0
MOST_ITEMS = 100


class _QuotedReason(BaseModel):
    code: str
    article: str | None = None
    text_it: str
    text_en: str


class _QuotedLine(BaseModel):
    key: str
    payable_cents: int | None
    member_share_cents: int | None
    reasons: list[_QuotedReason]


class _Quoted(BaseModel):
    items: list[_QuotedLine]


class HttpQuoteDesk:
    """Quotes of rules-svc; a rules-svc that is away is an answer too."""

    def __init__(self, url: str) -> None:
        """Take the address of rules-svc."""
        self._client = httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False)

    async def shares(self, asked: QuoteQuestion, *, token: str) -> Mapping[str, Share] | None:
        """Return the shares by key, None when they cannot be had now."""
        found: dict[str, Share] = {}
        try:
            for start in range(0, len(asked.prices), MOST_ITEMS):
                body = _body(asked, asked.prices[start : start + MOST_ITEMS])
                answer = await self._client.post("/v1/quotes/batch", json=body, headers={"Authorization": token})
                answer.raise_for_status()
                found |= {line.key: _share(line) for line in _Quoted.model_validate_json(answer.content).items}
        except (httpx.HTTPError, ValidationError) as error:
            log.warning("quotes_unavailable", error=type(error).__name__, message=str(error)[:300])
            return None
        return found

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _body(asked: QuoteQuestion, prices: Any) -> dict[str, Any]:
    return {"person_id": _json(asked.person_id), "items": [_item(asked, price) for price in prices]}


def _item(asked: QuoteQuestion, price: PriceToQuote) -> dict[str, Any]:
    service = asked.service
    return {
        "key": price.key,
        "article": service.article,
        "codes": [service.tariff_code] if service.tariff_code else [],
        "amount_cents": price.amount_cents,
        "date": _json(price.on),
        "mode": "direct",
        "service": service.plan_name,
        "provider_kind": service.provider_kind,
        "specialty": service.specialty,
        "extra": dict(service.agreed_facts),
    }


def _json(value: UUID | date) -> str:
    return str(value)


def _share(line: _QuotedLine) -> Share:
    reasons = tuple(Reason(**reason.model_dump()) for reason in line.reasons)
    return Share(line.payable_cents, line.member_share_cents, reasons)
