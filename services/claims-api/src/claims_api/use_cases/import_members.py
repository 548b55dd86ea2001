"""Take over an employer's feed: enrolments, changes, leavers and families, all of it or nothing."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from claims_api.domain.errors import ImportNotFound
from claims_api.domain.member_import import ImportLine, ImportReport, ImportState, LineAction, ReportLine
from claims_api.use_cases.ports import Tx
from kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Imported:
    """The report, and whether the very same file had been applied before."""

    report: ImportReport
    repeated: bool


async def import_members(
    tx: Tx, *, sha256: str, dry_run: bool, batches: AsyncIterator[Sequence[ImportLine]]
) -> Imported:
    """Check every line, then apply all of them unless one breaks a rule or it is a dry run.

    Lines name only who is declared: who is not in the file stays as registered. A file that was applied is not applied
    again; the first report is the answer.
    Raises: InvalidImport when the file as a whole cannot be read.
    """
    await tx.imports.lock()
    first = await tx.imports.applied(sha256)
    if first is not None:
        return Imported(first, repeated=True)
    import_id = new_id()
    lines = 0
    async for batch in batches:
        await tx.imports.stage(import_id, batch)
        lines += len(batch)
    counts = await tx.imports.judge(import_id)
    state, published = ImportState.CHECKED, 0
    if counts.get(LineAction.FAULT):
        state = ImportState.REJECTED
    elif not dry_run:
        state, published = ImportState.APPLIED, await tx.imports.apply(import_id)
    report = ImportReport(import_id, sha256, state, dry_run, lines, counts, published)
    await tx.imports.finish(report)
    tx.audit("members_imported", entity="member_import", entity_id=import_id, state=state, lines=lines)
    return Imported(report, repeated=False)


async def read_import(tx: Tx, *, import_id: UUID) -> ImportReport:
    """Return the report of an import.

    Raises: ImportNotFound.
    """
    report = await tx.imports.find(import_id)
    if report is None:
        raise ImportNotFound("There is no such import.")
    return report


async def read_import_lines(
    tx: Tx, *, import_id: UUID, action: LineAction | None, after: int, limit: int
) -> list[ReportLine]:
    """Return one page of the report, line by line.

    Raises: ImportNotFound.
    """
    await read_import(tx, import_id=import_id)
    tx.audit("member_import_read", entity="member_import", entity_id=import_id)
    return await tx.imports.report_lines(import_id, action=action, after=after, limit=limit)
