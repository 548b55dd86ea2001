"""/v1/opening-balances: what persons had taken from their limits before their fund came here."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, run_command
from rules_svc.adapters.opening_file import OpeningFormat, read_openings
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.use_cases.import_openings import OpeningReport, import_openings

Admin = Annotated[Caller, Depends(Access("fund_admin"))]
DryRun = Annotated[bool, Query(description="Check and report only; say false to apply")]
Form = Annotated[OpeningFormat, Query(alias="format", description="csv (with a heading) or json (a list)")]
_SHOWN = 1_000
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "person_id,limit_id,on,amount_cents,units,mode,part\n"
                "01990000-0000-7000-8000-000000000001,glasses,2026-03-10,25000,,indirect,\n",
            },
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
        },
    }
}


class OpeningFaultView(BaseModel):
    """What is wrong with a line: /lines/<number, heading included>/<field>."""

    pointer: str
    rule: str
    message: str


class OpeningView(BaseModel):
    """What an import did, or would do."""

    import_id: UUID | None = Field(description="null: nothing was changed")
    sha256: str
    dry_run: bool
    repeated: bool = Field(description="This file had been applied before; nothing was done again")
    lines: int
    postings: int = Field(description="Windows of limits that the lines take from")
    fault_count: int
    faults: list[OpeningFaultView] = Field(description="The first thousand, by line")


def _view(report: OpeningReport, sha256: str, *, dry_run: bool) -> OpeningView:
    return OpeningView(
        import_id=report.done.import_id if report.done else None,
        sha256=sha256,
        dry_run=dry_run,
        repeated=report.repeated,
        lines=report.lines,
        postings=report.postings,
        fault_count=len(report.faults),
        faults=[
            OpeningFaultView(pointer=one.pointer, rule=one.rule, message=one.message) for one in report.faults[:_SHOWN]
        ],
    )


def opening_balances_router(services: Services) -> APIRouter:
    """Make the route of opening balances."""
    router = APIRouter(prefix="/v1/opening-balances", tags=["limits"])

    @router.post("", response_model=OpeningView, openapi_extra=_FILE)
    async def import_file(
        request: Request, principal: Admin, key: IdempotencyKey, form: Form = "csv", *, dry_run: DryRun = True
    ) -> Response:
        """Import what was consumed elsewhere, a whole file or nothing of it; the same file is applied once.

        Each line takes from the limit's windows of its day, as a claim of that day would; a line that would pass a
        ceiling, names nobody of the fund or no limit of the plan is a fault.
        """
        content = await request.body()
        sha256 = hashlib.sha256(content).hexdigest()
        lines, faults = read_openings(content, form)

        async def work(tx: RulesTransaction) -> OpeningView:
            report = await import_openings(
                tx, lines=lines, faults=faults, sha256=sha256, dry_run=dry_run, imported_by=principal.actor
            )
            return _view(report, sha256, dry_run=dry_run)

        # The key stands for the question as well: a dry run and the import of a file are two requests.
        asked = f"{form} {dry_run} {sha256}".encode()
        return await run_command(request, principal, uow=services.uow, work=work, body=asked, key=key)

    return router
