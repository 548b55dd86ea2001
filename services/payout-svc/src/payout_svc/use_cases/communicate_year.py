"""Make the yearly communication of reimbursements, or its correction."""

from kit.clock import rome_date
from kit.errors import FieldError
from payout_svc.domain.errors import TaxYearDiffers, YearNotEnded
from payout_svc.domain.tax_communication import TaxCommunication
from payout_svc.use_cases.ports import Work


async def communicate_year(tx: Work, *, year: int, made_by: str) -> TaxCommunication:
    """Freeze what the year's communication says; again, only what has changed since, and nothing when nothing has.

    Raises: YearNotEnded; TaxYearDiffers when the persons' amounts are not what the ledger has.
    """
    today = rome_date(tx.now)
    if year >= today.year:
        field = FieldError("/year", "year_not_ended", f"the year must be earlier than {today.year}")
        raise YearNotEnded(f"{year} has not ended", errors=[field])
    await tx.runs.lock_fund()
    last = await tx.taxes.last(year)
    present = await tx.taxes.year(year, today=today)
    if present.amount_cents + present.unassigned_cents != present.ledger_cents:
        raise TaxYearDiffers(
            "the payments and the ledger tell different sums: look at the closings of the year first",
            payments_cents=present.amount_cents + present.unassigned_cents,
            ledger_cents=present.ledger_cents,
        )
    if last is not None and not present.changed:
        return last
    made = TaxCommunication(
        year=year,
        number=last.number + 1 if last else 1,
        made_by=made_by,
        made_at=tx.now,
        persons=present.persons,
        amount_cents=present.amount_cents,
        unassigned_cents=present.unassigned_cents,
        ledger_cents=present.ledger_cents,
    )
    await tx.taxes.add(made, present.changed)
    tx.audit("tax_communication_made", entity="tax_communication", entity_id=f"{year}/{made.number}")
    return made
