"""Show "Le tue pratiche": rows, totals; every look is audited."""

from uuid import UUID

from claims_api.domain.practice_row import PracticeRow, YearTotal
from claims_api.use_cases.ports import RowFilter, Tx


async def list_rows(tx: Tx, *, wanted: RowFilter) -> list[PracticeRow]:
    """Return one page of rows, newest first."""
    found = await tx.practices.rows(wanted)
    shown = [str(one.row_id) for one in found]
    tx.audit("practices_listed", entity="claim", entity_id="*", shown=shown)
    return found


async def read_totals(tx: Tx, *, member_id: UUID) -> list[YearTotal]:
    """Return a member's totals per year."""
    tx.audit("practice_totals_read", entity="member", entity_id=member_id)
    return await tx.practices.totals(member_id)
