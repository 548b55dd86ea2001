"""Requests to the fund's office, in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.constraints import refused_by
from claims_api.adapters.office_tables import OFFICE_REQUEST
from claims_api.domain.errors import ConfirmationOpen
from claims_api.domain.office_request import OfficeRequest, OfficeRequestKind, OfficeRequestState
from claims_api.use_cases.desk_ports import OfficeFilter
from kit.context import Context

_ALL = select(*(column for column in OFFICE_REQUEST.c if column.name != "fund"))
_LOCK = _ALL.where(OFFICE_REQUEST.c.request_id == bindparam("request_id")).with_for_update()
_ANSWER = update(OFFICE_REQUEST).where(OFFICE_REQUEST.c.request_id == bindparam("of_request"))


def _request(row: Mapping[str, Any]) -> OfficeRequest:
    read = {
        "kind": OfficeRequestKind(row["kind"]),
        "state": OfficeRequestState(row["state"]),
        "document_ids": tuple(UUID(one) for one in row["document_ids"]),
    }
    return OfficeRequest(**{**row, **read})


class PostgresOfficeStore:
    """The port OfficeStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def add(self, request: OfficeRequest) -> None:
        row = asdict(request) | {"fund": self._context.fund, "document_ids": [str(one) for one in request.document_ids]}
        taken = ConfirmationOpen("The membership is confirmed, or its confirmation waits for the office.")
        with refused_by("office_request_confirmation", taken):
            await self._conn.execute(insert(OFFICE_REQUEST).values(row))

    async def lock(self, request_id: UUID) -> OfficeRequest | None:
        row = (await self._conn.execute(_LOCK, {"request_id": request_id})).mappings().one_or_none()
        return _request(dict(row)) if row else None

    async def answer(self, request: OfficeRequest) -> None:
        names = ("state", "answer", "answered_at", "answered_by")
        changed = {name: getattr(request, name) for name in names}
        await self._conn.execute(_ANSWER.values(changed), {"of_request": request.request_id})

    async def page(self, wanted: OfficeFilter) -> list[OfficeRequest]:
        statement = _ALL.where(OFFICE_REQUEST.c.kind == wanted.kind).limit(wanted.limit)
        statement = statement.order_by(OFFICE_REQUEST.c.request_id.desc())
        if wanted.member_id is not None:
            statement = statement.where(OFFICE_REQUEST.c.member_id == wanted.member_id)
        if wanted.state is not None:
            statement = statement.where(OFFICE_REQUEST.c.state == wanted.state)
        if wanted.before is not None:
            statement = statement.where(OFFICE_REQUEST.c.request_id < wanted.before)
        return [_request(dict(row)) for row in (await self._conn.execute(statement)).mappings()]
