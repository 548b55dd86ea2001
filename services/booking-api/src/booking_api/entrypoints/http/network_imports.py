"""The import of the network from CSV."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.network_import import ImportState, NetworkImport, NetworkLine
from booking_api.entrypoints.http.network_csv import read_network, unreadable
from booking_api.entrypoints.http.viewers import NetworkOffice
from booking_api.use_cases.import_network import import_network, read_import
from kit.commands import run_command, run_query

MOST_BYTES = 10 * 1024 * 1024
_CHUNK = 256 * 1024
_FILE = {"schema": {"type": "string", "format": "binary"}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": _FILE,
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": _FILE["schema"]}}
            },
        },
    }
}
DryRun = Annotated[bool, Query(description="Only check; say `false` to apply")]


class LineFaultOut(BaseModel):
    """What is wrong with a line of the file; the header is line 1."""

    line: int
    field: str
    rule: str
    message: str


class ImportOut(BaseModel):
    """The report on a file: `rejected` as a whole when any line has a fault; the first 500 faults are shown."""

    import_id: UUID
    state: ImportState
    dry_run: bool
    sha256: str
    lines: int
    created: int
    changed: int
    unchanged: int
    fault_count: int
    faults: list[LineFaultOut]
    imported_at: datetime


def network_imports_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/network-imports", tags=["network"])

    @router.post("", name="import_network", response_model=ImportOut, status_code=201, openapi_extra=_BODY)
    async def import_(request: Request, caller: NetworkOffice, dry_run: DryRun = True) -> Response:  # noqa: FBT002 (a query parameter)
        """Import facilities from CSV (UTF-8, 10 MiB, 5,000 lines), one a line with all of its data.

        Columns: code, name, address, postal_code, town, province, latitude, longitude, phone, iban, badge, services
        (`VIS-CARD=120.00;VIS-ORTH=110.00`), valid_from, doctors (`Elena Moretti=VIS-CARD|VIS-ORTH`); then, as many as
        you like from the left: vat_number, takes_part_from, takes_part_until, direct (`yes`, `no`), campaigns
        (`PREV-2027;CUORE-2027`, `-` for none). An empty cell of these leaves what is known.

        Nothing is written in a dry run, nor when a single line has a fault. A file that was applied before answers with
        its report.
        """
        lines, sha256 = await _received(request)
        return await run_command(
            request,
            caller,
            uow=services.uow,
            work=lambda tx: _import(tx, services, lines, sha256, dry_run),
            status=201,
            location=lambda made: f"/v1/network-imports/{made.import_id}",
        )

    @router.get("/{import_id}", name="read_network_import", response_model=ImportOut)
    async def read(request: Request, caller: NetworkOffice, import_id: UUID) -> Response:
        """Show the report on an import, line by line."""
        return await run_query(request, caller, uow=services.uow, work=lambda tx: _read(tx, import_id))

    return router


async def _received(request: Request) -> tuple[list[NetworkLine], str]:
    """Take the file as it comes, to disk; never the whole of it in memory."""
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as spool:
        async for chunk in _chunks(request):
            size += len(chunk)
            if size > MOST_BYTES:
                raise unreadable("file_size", f"Il file ha al massimo {MOST_BYTES // 1024 // 1024} MiB")
            digest.update(chunk)
            spool.write(chunk)
        spool.seek(0)
        return await asyncio.to_thread(read_network, cast("BinaryIO", spool)), digest.hexdigest()


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "text/csv":
        async for chunk in request.stream():
            yield chunk
    elif kind == "multipart/form-data":
        async with request.form(max_files=1, max_fields=1) as form:
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise unreadable("file_missing", "Manca il campo file")
            while chunk := await upload.read(_CHUNK):
                yield chunk
    else:
        raise unreadable("media_type", "Il corpo è text/csv oppure multipart/form-data con il campo file")


async def _import(
    tx: BookingsTransaction,
    services: Services,
    lines: list[NetworkLine],
    sha256: str,
    dry_run: bool,  # noqa: FBT001 (as received)
) -> ImportOut:
    terms = services.terms_of(tx.fund)
    return _import_out(await import_network(tx, lines=lines, sha256=sha256, dry_run=dry_run, terms=terms))


async def _read(tx: BookingsTransaction, import_id: UUID) -> ImportOut:
    return _import_out(await read_import(tx, import_id=import_id))


def _import_out(report: NetworkImport) -> ImportOut:
    return ImportOut.model_validate(report, from_attributes=True)
