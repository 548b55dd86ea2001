"""Every event that payout-svc publishes, with the example of its contract."""

from datetime import date
from typing import Any
from uuid import UUID

from payout_svc.domain.events import InstalmentDue, PaidLine, PayoutHeld, PayoutReturned, PayoutSent

_PAYOUT = UUID("01932e60-5b00-7000-8000-000000000001")
_RUN = UUID("01932e60-5b00-7000-8000-000000000002")
_MEMBER = UUID("01932e60-5b00-7000-8000-000000000003")
_FACILITY = UUID("01932e60-5b00-7000-8000-000000000007")
_BOOKING = UUID("01932e60-5b00-7000-8000-000000000008")
_PAID_BEFORE = UUID("01932e60-5b00-7000-8000-000000000009")
_MATTER = UUID("01932e60-5b00-7000-8000-00000000000a")
_CLAIM = UUID("01932e60-5b00-7000-8000-000000000004")

PUBLISHED: dict[type[Any], Any] = {
    PayoutSent: PayoutSent(
        payout_id=_PAYOUT,
        run_id=_RUN,
        month="2026-11",
        payee="facility",
        member_id=None,
        facility_id=_FACILITY,
        amount_cents=16200,
        iban_last4="3456",
        execution_on=date(2026, 11, 30),
        claim_ids=(),
        booking_ids=(_BOOKING,),
        lines=(
            PaidLine("booking", _BOOKING, _BOOKING, "AUT-7K3M-Q9TX", "2026/12", 12000, date(2026, 11, 20)),
            PaidLine("booking_correction", _MATTER, _PAID_BEFORE, "AUT-6TXM-AGAX", "2026/7", 4200, date(2026, 11, 25)),
        ),
    ),
    PayoutReturned: PayoutReturned(
        payout_id=_PAYOUT,
        run_id=_RUN,
        payee="member",
        member_id=_MEMBER,
        facility_id=None,
        amount_cents=16200,
        iban_last4="3456",
        reason_code="AC04",
        reason_it="Il conto corrente è chiuso",
        reason_en="The account is closed",
        claim_ids=(_CLAIM,),
        booking_ids=(),
    ),
    InstalmentDue: InstalmentDue(
        instalment_id=UUID("01932e60-5b00-7000-8000-000000000005"),
        claim_id=_CLAIM,
        case_id=UUID("01932e60-5b00-7000-8000-000000000006"),
        decision_id=UUID("01932e60-5b00-7000-8000-000000000007"),
        member_id=_MEMBER,
        person_id=_MEMBER,
        article="7.2",
        number=2,
        due_on=date(2027, 11, 1),
        amount_cents=45000,
    ),
    PayoutHeld: PayoutHeld(member_id=_MEMBER, amount_cents=9000, reason="iban_missing"),
}
