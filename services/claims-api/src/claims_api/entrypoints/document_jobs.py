"""What the worker does for documents: checks that took too long, virus scans, objects that are to go."""

import tempfile
from datetime import timedelta
from pathlib import Path

import structlog
from pypdfium2 import PdfiumError

from claims_api.adapters.document_files import on_disk, store_clean
from claims_api.adapters.document_reading import Method, read_document
from claims_api.adapters.virus_scanner import VirusScannerUnavailable
from claims_api.bootstrap import SOURCE, Services
from claims_api.domain.document import Document, DocumentState
from claims_api.domain.extraction import Extraction
from claims_api.use_cases.check_document import accept_content, accept_scan, postpone_work, refuse_document
from claims_api.use_cases.read_invoice import begin_reading, finish_reading
from claims_api.use_cases.resume_upload import give_up_upload
from kit.clock import rome_date
from kit.context import Context
from kit.errors import InvalidInput

log = structlog.get_logger(__name__)

BATCH = 100
# Longer than any check may take: a worker that died gives its documents back after this.
LEASE = timedelta(minutes=5)
SCANNER_RETRY = timedelta(seconds=10)


def _context(services: Services, fund: str) -> Context:
    return Context(fund=fund, actor=f"system:{SOURCE}", now=services.clock.now())


async def check_documents(services: Services) -> int:
    """Do the work that documents wait for, one after the other; return how many were taken up."""
    for done in range(BATCH):
        everywhere = _context(services, "*")
        async with services.uow.begin(everywhere) as tx:
            claimed = await tx.documents.claim_work(now=everywhere.now, until=everywhere.now + LEASE)
        if claimed is None:
            return done
        fund, document = claimed
        step = _check if document.state is DocumentState.RECEIVED else _scan
        await step(services, fund, document)
    return BATCH


async def _check(services: Services, fund: str, document: Document) -> None:
    with tempfile.TemporaryDirectory(prefix="check-") as folder:
        target = Path(folder) / "clean"
        try:
            async with on_disk(services.contents, str(document.storage_key)) as source:
                clean = await services.checker.check(
                    source, target, seconds=services.settings.document_slow_check_seconds
                )
        except InvalidInput as error:
            await _refuse(services, fund, document, error.errors[0].rule)
            return
        if clean is None:
            await _refuse(services, fund, document, "file_too_complex")
            return
        stored = await store_clean(services.contents, fund, target, clean)
    context = _context(services, fund)
    due = context.now if services.scanner else None
    async with services.uow.begin(context) as tx:
        if not await accept_content(tx, seen=document, clean=stored, scan_due_at=due):
            await tx.documents.drop_object(stored.storage_key, at=tx.now)


async def _scan(services: Services, fund: str, document: Document) -> None:
    try:
        infected = services.scanner is not None and await _infected(services, document)
    except VirusScannerUnavailable:
        context = _context(services, fund)
        async with services.uow.begin(context) as tx:
            await postpone_work(tx, document_id=document.document_id, until=context.now + SCANNER_RETRY)
        raise
    if infected:
        await _refuse(services, fund, document, "virus_found")
        return
    async with services.uow.begin(_context(services, fund)) as tx:
        await accept_scan(tx, seen=document)


async def _infected(services: Services, document: Document) -> bool:
    async with on_disk(services.contents, str(document.storage_key)) as path:
        return services.scanner is not None and await services.scanner.finds_virus(path)


async def _refuse(services: Services, fund: str, document: Document, rule: str) -> None:
    async with services.uow.begin(_context(services, fund)) as tx:
        await refuse_document(tx, seen=document, rule=rule)


async def read_documents(services: Services) -> int:
    """Read the invoices that nobody has read yet; return how many were taken up."""
    for done in range(BATCH):
        everywhere = _context(services, "*")
        async with services.uow.begin(everywhere) as tx:
            claimed = await tx.extractions.claim(now=everywhere.now, until=everywhere.now + LEASE)
        if claimed is None:
            return done
        await _read(services, *claimed)
    return BATCH


async def _read(services: Services, fund: str, extraction: Extraction) -> None:
    async with services.uow.begin(_context(services, fund)) as tx:
        wanted = await begin_reading(tx, extraction=extraction)
    if wanted is None:
        return
    reading = None
    try:
        async with on_disk(services.contents, wanted.storage_key) as path:
            reading = await services.sandbox.run(
                read_document,
                path,
                wanted.media_type,
                rome_date(services.clock.now()),
                frozenset(wanted.family),
                services.settings.document_scans,
                seconds=services.settings.document_slow_check_seconds,
                memory_mb=services.settings.document_scan_memory_mb if services.settings.document_scans else None,
            )
    except (InvalidInput, PdfiumError, ImportError, OSError, ValueError, RuntimeError) as error:
        # A document that cannot be read is no fault of the system: the member types what it says.
        log.info("document_not_readable", document_id=str(extraction.document_id), error=type(error).__name__)
    async with services.uow.begin(_context(services, fund)) as tx:
        method = str(reading.method) if reading else Method.NONE
        fields, signatures = (reading.fields, reading.signatures) if reading else ((), ())
        await finish_reading(tx, extraction=extraction, method=method, fields=fields, signatures=signatures)


async def end_uploads(services: Services) -> int:
    """Forget the uploads whose time is over; return how many."""
    everywhere = _context(services, "*")
    async with services.uow.begin(everywhere) as tx:
        over = await tx.uploads.over(everywhere.now, BATCH)
    for fund, upload_id in over:
        async with services.uow.begin(_context(services, fund)) as tx:
            await give_up_upload(tx, upload_id=upload_id, owner_member_id=None)
    return len(over)


async def remove_objects(services: Services) -> int:
    """Delete the objects that no document has any more; return how many."""
    async with services.uow.begin(_context(services, "*")) as tx:
        keys = await tx.documents.dropped_objects(BATCH)
    for key in keys:
        # The object goes first: a crash in between deletes it once more, and forgets nothing.
        await services.contents.delete(key)
        async with services.uow.begin(_context(services, "*")) as tx:
            await tx.documents.forget_object(key)
    return len(keys)
