"""Members' review requests, in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.case_rows import facts_json, read_facts
from claims_api.adapters.constraints import refused_by
from claims_api.adapters.desk_tables import REVIEW_REQUEST
from claims_api.adapters.tables import CLAIM
from claims_api.domain.appeal import Appeal, AppealState
from claims_api.domain.decision import Reason
from claims_api.domain.errors import ReviewRequestOpen
from kit.context import Context

_ALL = select(*(column for column in REVIEW_REQUEST.c if column.name != "fund"))
_OF_CLAIM = _ALL.where(REVIEW_REQUEST.c.claim_id == bindparam("claim_id")).order_by(
    REVIEW_REQUEST.c.requested_at, REVIEW_REQUEST.c.appeal_id
)
_CLAIMS = select(CLAIM.c.claim_id).where(CLAIM.c.case_id == bindparam("case_id"))
_OF_CASE = _ALL.where(REVIEW_REQUEST.c.claim_id.in_(_CLAIMS))
_ANSWERED = ("state", "reasons", "facts", "note", "answered_by", "answered_at", "second_by", "second_at")
_ANSWER = update(REVIEW_REQUEST).where(REVIEW_REQUEST.c.appeal_id == bindparam("of_appeal"))


def _row(appeal: Appeal) -> dict[str, Any]:
    return asdict(appeal) | {
        "document_ids": [str(one) for one in appeal.document_ids],
        "facts": facts_json(appeal.facts) if appeal.facts else None,
        "reasons": [asdict(one) for one in appeal.reasons],
    }


def _appeal(row: Mapping[str, Any]) -> Appeal:
    read = {
        "document_ids": tuple(UUID(one) for one in row["document_ids"]),
        "facts": read_facts(row["facts"]) if row["facts"] else None,
        "reasons": tuple(Reason(**one) for one in row["reasons"]),
        "state": AppealState(row["state"]),
    }
    return Appeal(**{**row, **read})


class PostgresAppealStore:
    """The port AppealStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def add(self, appeal: Appeal) -> None:
        taken = ReviewRequestOpen("A review of this claim was asked for and is not answered yet.")
        with refused_by("review_request_open", taken):
            await self._conn.execute(insert(REVIEW_REQUEST).values(_row(appeal) | {"fund": self._context.fund}))

    async def answer(self, appeal: Appeal) -> None:
        row = _row(appeal)
        changed = {name: row[name] for name in _ANSWERED}
        await self._conn.execute(_ANSWER.values(changed), {"of_appeal": appeal.appeal_id})

    async def of_claim(self, claim_id: UUID) -> list[Appeal]:
        rows = (await self._conn.execute(_OF_CLAIM, {"claim_id": claim_id})).mappings()
        return [_appeal(dict(row)) for row in rows]

    async def of_case(self, case_id: UUID) -> list[Appeal]:
        rows = (await self._conn.execute(_OF_CASE, {"case_id": case_id})).mappings()
        return [_appeal(dict(row)) for row in rows]
