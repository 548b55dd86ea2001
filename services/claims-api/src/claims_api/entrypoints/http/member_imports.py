"""The employer feed: enrolments, changes, leavers and families in one file."""

import hashlib
import tempfile
from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from claims_api.adapters.import_file import FeedFormat, feed_batches
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.errors import FeedTooLarge
from claims_api.domain.member_import import ImportReport, ImportState, LineAction
from claims_api.entrypoints.http.callers import Office
from claims_api.use_cases.import_members import import_members, read_import, read_import_lines
from kit.clock import rome_date
from kit.commands import run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

PREFIX = "/v1/member-imports"
MAX_FEED_BYTES = 25 * 1024 * 1024
_SPOOL_BYTES = 1024 * 1024
FEED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }
}


class ImportView(BaseModel):
    """One feed: `checked` was a dry run, `rejected` changed nothing because a line breaks a rule."""

    import_id: UUID
    sha256: str
    state: ImportState
    dry_run: bool
    lines: int
    counts: dict[str, int] = Field(description="Lines by action: new, changed, leaver, unchanged, fault")
    members_published: int
    repeated: bool = Field(default=False, description="This file had been applied before; nothing was done again")

    @classmethod
    def of(cls, report: ImportReport, *, repeated: bool = False) -> "ImportView":
        return cls.model_validate(report, from_attributes=True).model_copy(update={"repeated": repeated})


class LineFaultView(BaseModel):
    """One rule that a line breaks, by the name of its field."""

    field: str
    rule: str
    message: str


class ImportLineView(BaseModel):
    """One line of the report."""

    line: int
    number: str | None
    action: LineAction
    faults: list[LineFaultView]


async def _spool(request: Request, spool: BinaryIO) -> str:
    digest, size = hashlib.sha256(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_FEED_BYTES:
            raise FeedTooLarge(f"A feed has at most {MAX_FEED_BYTES // (1024 * 1024)} MiB: send it in parts.")
        digest.update(chunk)
        spool.write(chunk)
    return digest.hexdigest()


DryRun = Annotated[bool, Query(description="Check and report only; say false to apply")]
Form = Annotated[FeedFormat, Query(alias="format", description="csv (with a header, comma or semicolon) or jsonl")]
Action = Annotated[LineAction | None, Query(description="Only lines with this action, e.g. fault")]


def member_imports_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["member-imports"])

    @router.post("", response_model=ImportView, openapi_extra=FEED)
    async def import_feed(
        request: Request, caller: Office, form: Form = FeedFormat.CSV, *, dry_run: DryRun = True
    ) -> Response:
        """Import enrolments, changes, leavers and families, one person a line; a dry run unless you say otherwise.

        Nothing is applied when one line breaks a rule. Who is not in the file stays as registered, an empty field keeps
        what is registered. The same file is applied once.
        """
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spooled:
            spool = cast("BinaryIO", spooled)
            sha256 = await _spool(request, spool)

            async def work(tx: ClaimsTransaction) -> ImportView:
                batches = feed_batches(spool, form, today=rome_date(tx.now))
                done = await import_members(tx, sha256=sha256, dry_run=dry_run, batches=batches)
                return ImportView.of(done.report, repeated=done.repeated)

            return await run_command(request, caller, uow=services.uow, work=work)

    @router.get("/{import_id}", response_model=ImportView)
    async def read_one_import(request: Request, caller: Office, import_id: UUID) -> Response:
        """Show how an import ended."""

        async def work(tx: ClaimsTransaction) -> ImportView:
            return ImportView.of(await read_import(tx, import_id=import_id))

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get("/{import_id}/lines", response_model=Page[ImportLineView])
    async def read_report(
        request: Request,
        caller: Office,
        import_id: UUID,
        action: Action = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List what each line did, or which field breaks which rule."""
        position = services.cursors.read(cursor)

        async def work(tx: ClaimsTransaction) -> Page[ImportLineView]:
            after = int(position[0]) if position else 0
            found = await read_import_lines(tx, import_id=import_id, action=action, after=after, limit=limit + 1)
            more = len(found) > limit
            return Page[ImportLineView](
                items=[ImportLineView.model_validate(one, from_attributes=True) for one in found[:limit]],
                next_cursor=services.cursors.write([found[limit - 1].line]) if more else None,
            )

        return await run_query(request, caller, uow=services.uow, work=work)

    return router
