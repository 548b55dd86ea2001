"""Order check-up visits (1.3), record what came of them, and show them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from claims_api.domain.check_errors import CheckUpNotFound
from claims_api.domain.check_events import CheckUpOrdered
from claims_api.domain.check_up import ADVERSE, FACT_OF, WAITING, CheckUp, CheckUpOutcome, check_order, record
from claims_api.domain.claim_check import CheckKind, check_opened
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.task import TaskKind, check_up_task
from claims_api.use_cases.apply_finding import apply_finding, close_checks
from claims_api.use_cases.check_ports import CheckUpFilter
from claims_api.use_cases.check_sample import concerns_much
from claims_api.use_cases.find_case import own_case_of_claim
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date
from kit.ids import new_id

_REASONS = {
    CheckUpOutcome.CONFIRMED: "La visita di controllo è stata fatta (1.3).",
    CheckUpOutcome.NOT_CONFIRMED: "La visita di controllo non conferma la richiesta (1.3).",
    CheckUpOutcome.NOT_ATTENDED: "La persona non si è sottoposta alla visita di controllo (1.3).",
}
_WITH_A_PERSON = frozenset({ClaimState.REFERRED, ClaimState.SUSPENDED})


@dataclass(frozen=True, slots=True)
class CheckUpOrder:
    """What the desk asks: an appointment, or a last good day by which the person makes one."""

    reason: str
    visit_at: datetime | None
    due_on: date | None
    doctor: str | None
    place: str | None


async def order_check_up(tx: Tx, *, claim_id: UUID, order: CheckUpOrder) -> CheckUp:
    """Order a visit, tell the member, and let the claim's payment wait for it.

    Raises: ClaimNotFound, ClaimNotCheckable, InvalidCheckUp, CheckUpOpen.
    """
    case = await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=None, lock=True)
    claim, today = case.claim(claim_id), rome_date(tx.now)
    visit_on = rome_date(order.visit_at) if order.visit_at else None
    visit = CheckUp(
        visit_id=new_id(),
        claim_id=claim_id,
        case_id=case.case_id,
        case_number=case.number,
        member_id=case.member_id,
        person_id=claim.expense.person_id,
        reason=order.reason,
        due_on=order.due_on or visit_on or today,
        ordered_by=tx.context.actor,
        ordered_at=tx.now,
        visit_at=order.visit_at,
        doctor=order.doctor,
        place=order.place,
    )
    check_order(claim, visit, today=today, visit_on=visit_on)
    await tx.checks.add(visit)
    await tx.tasks.open(check_up_task(new_id(), visit, now=tx.now))
    kind = CheckKind.CHECK_UP_VISIT
    tx.publish(check_opened(case, claim, kind, check_id=visit.visit_id, reason=kind, today=today))
    tx.publish(_ordered(visit, today))
    tx.audit(
        "check_up_ordered", entity="claim", entity_id=claim_id, person_id=visit.person_id, visit_id=str(visit.visit_id)
    )
    return visit


def _ordered(visit: CheckUp, today: date) -> CheckUpOrdered:
    return CheckUpOrdered(
        visit_id=visit.visit_id,
        claim_id=visit.claim_id,
        case_id=visit.case_id,
        case_number=visit.case_number,
        member_id=visit.member_id,
        due_on=visit.due_on,
        visit_at=visit.visit_at,
        place=visit.place,
        ordered_on=today,
    )


async def record_check_up(
    tx: Tx, *, visit_id: UUID, outcome: CheckUpOutcome, note: str | None, subject: str, terms: FundTerms
) -> CheckUp:
    """Record what came of a visit: the rules decide the claim anew where it matters, a paid one as a correction.

    Raises: CheckUpNotFound, CheckUpNotOpen, SamePersonTwice, ClaimNotCorrectable, ReviewPending.
    """
    found = await tx.checks.find(visit_id)
    if found is None:
        raise CheckUpNotFound("There is no such check-up visit.")
    # The claim's row is what everybody locks first; only then is the visit what it says.
    case = await own_case_of_claim(tx, claim_id=found.claim_id, owner_member_id=None, lock=True)
    claim = case.claim(found.claim_id)
    present = await tx.checks.find(visit_id) or found
    two_persons = concerns_much(claim, terms)
    visit = record(present, outcome, note=note, subject=subject, now=tx.now, two_persons=two_persons)
    await tx.checks.put(visit)
    tx.audit("check_up_recorded", entity="claim", entity_id=claim.claim_id, visit_id=str(visit_id), state=visit.state)
    if visit.state in WAITING:
        return visit
    await tx.tasks.close(TaskKind.CHECK_UP_VISIT, visit_id, at=tx.now)
    # That a visit was attended changes nothing that is decided; a person who still looks at the claim needs it.
    matters = outcome in ADVERSE or (outcome in FACT_OF and claim.state in _WITH_A_PERSON)
    again = matters and await apply_finding(tx, case=case, claim=claim, fact=FACT_OF[outcome], reason=_REASONS[outcome])
    if again and outcome in ADVERSE:
        return visit
    await close_checks(tx, case=case, claim=claim)
    return replace(visit, closed_at=tx.now)


async def list_check_ups(tx: Tx, *, wanted: CheckUpFilter) -> list[CheckUp]:
    """Return visits in the order of their ordering; who looks is audited."""
    found = await tx.checks.page(wanted)
    tx.audit("check_ups_listed", entity="check_up_visit", entity_id="*", shown=[str(one.visit_id) for one in found])
    return found


async def read_check_up(tx: Tx, *, visit_id: UUID, owner_member_id: UUID | None) -> CheckUp:
    """Return one visit; another member's is as if it did not exist.

    Raises: CheckUpNotFound.
    """
    visit = await tx.checks.find(visit_id)
    if visit is None or owner_member_id not in {None, visit.member_id}:
        raise CheckUpNotFound("There is no such check-up visit.")
    tx.audit("check_up_read", entity="claim", entity_id=visit.claim_id, person_id=visit.person_id)
    return visit
