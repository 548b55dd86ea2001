"""/v1/payout-runs/{run_id}/file and /files: the bank files of an executed run."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from kit.auth import Access, Caller
from kit.commands import request_context
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.domain.errors import RunHasNoTransfers, RunHasSeveralFiles, TransferFileNotFound, TransferFileNotReady
from payout_svc.domain.payout_run import PayoutRun, RunState, TransferFile

Payments = Annotated[Caller, Depends(Access("payments_officer", "payments_approver"))]


def add_transfer_files(router: APIRouter, services: Services) -> None:
    """Add the downloads to the routes of payout runs."""

    async def download(request: Request, principal: Caller, run_id: UUID, number: int | None) -> StreamingResponse:
        async with services.uow.begin(request_context(request, principal)) as tx:
            file = await _file_of(tx, run_id, number)
            tx.audit(
                "transfer_file_read",
                entity="payout_run",
                entity_id=run_id,
                sha256=file.sha256,
                number=file.part.number,
            )
        name = f"payout-run-{run_id}.xml" if number is None else f"payout-run-{run_id}-{number:02d}.xml"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(file.size_bytes),
            "Digest": f"sha-256={file.sha256}",
            "Cache-Control": "no-store",
        }
        content = await services.documents.stream(file.key)
        return StreamingResponse(content, media_type="application/xml", headers=headers)

    answer = {"description": "The bank file, in the run's `file_format`", "content": {"application/xml": {}}}

    @router.get("/{run_id}/file", response_class=StreamingResponse, responses={200: answer})
    async def download_transfer_file(request: Request, principal: Payments, run_id: UUID) -> StreamingResponse:
        """Download the bank file of an executed run; every download is audited.

        A run that needed several files has them under `/files/{number}`; this address then answers 409.
        """
        return await download(request, principal, run_id, None)

    @router.get("/{run_id}/files/{number}", response_class=StreamingResponse, responses={200: answer})
    async def download_numbered_file(
        request: Request, principal: Payments, run_id: UUID, number: int
    ) -> StreamingResponse:
        """Download one of a run's bank files; the run lists them with their hashes."""
        return await download(request, principal, run_id, number)


async def _file_of(tx: PayoutsTransaction, run_id: UUID, number: int | None) -> TransferFile:
    run = await tx.runs.get(run_id)
    if run.state is not RunState.SENT:
        raise TransferFileNotReady(f"the run is {run.state.value}: execute it first", state=run.state.value)
    if not run.files:
        raise RunHasNoTransfers("the run paid nobody: it has no bank file")
    return _only_file(run) if number is None else _numbered_file(run, number)


def _only_file(run: PayoutRun) -> TransferFile:
    if run.file is None:
        raise RunHasSeveralFiles(
            f"the run has {len(run.files)} bank files: download each from /v1/payout-runs/{run.run_id}/files/{{number}}"
        )
    return run.file


def _numbered_file(run: PayoutRun, number: int) -> TransferFile:
    for file in run.files:
        if file.part.number == number:
            return file
    raise TransferFileNotFound(f"the run has the bank files 1 to {len(run.files)}")
