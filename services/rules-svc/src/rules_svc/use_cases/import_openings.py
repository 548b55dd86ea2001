"""Take over what persons had taken from their limits elsewhere: a whole file, or nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.clock import rome_date
from kit.errors import FieldError
from kit.ids import new_id
from rules_svc.domain.errors import NoPlanInForce, OpeningsInvalid
from rules_svc.domain.opening import OpeningLine, ceiling_faults, openings_of
from rules_svc.use_cases.office_ports import OpeningImport
from rules_svc.use_cases.ports import Tx


@dataclass(frozen=True, slots=True)
class OpeningReport:
    """What an import did, or would do: `done` is None for a dry run."""

    lines: int
    postings: int
    faults: Sequence[FieldError]
    done: OpeningImport | None = None
    repeated: bool = False


async def import_openings(
    tx: Tx, *, lines: Sequence[OpeningLine], faults: Sequence[FieldError], sha256: str, dry_run: bool, imported_by: str
) -> OpeningReport:
    """Post every line under the kind `opening`; the same file, by its hash, is applied once.

    Shapes: `faults` are those found while the file was read. Raises: NoPlanInForce; OpeningsInvalid naming every line
    at fault, unless it is a dry run.
    """
    before = await tx.openings.imported(sha256)
    if before is not None:
        return OpeningReport(before.lines, 0, (), before, repeated=True)
    today = rome_date(tx.now)
    plan, _ = await tx.plans.in_force(today, None)
    if plan is None:
        raise NoPlanInForce("no plan version is in force", day=today.isoformat())
    known = await tx.openings.known_persons({line.person_id for line in lines})
    openings, wrong = openings_of(plan, lines, known)
    found = [*faults, *wrong]
    standing = await tx.openings.standing(openings, lock=not dry_run)
    found += ceiling_faults(openings, standing)
    found.sort(key=lambda one: int(one.pointer.split("/")[2]))
    report = OpeningReport(len(lines) + len({one.pointer.split("/")[2] for one in faults}), len(openings), found)
    if dry_run:
        return report
    if found:
        raise OpeningsInvalid(f"{len(found)} faults: nothing is imported", errors=found)
    done = OpeningImport(new_id(), sha256, report.lines, imported_by)
    await tx.openings.post(done, openings)
    tx.audit("openings_imported", entity="opening_import", entity_id=done.import_id, lines=done.lines, sha256=sha256)
    return OpeningReport(report.lines, report.postings, (), done)
