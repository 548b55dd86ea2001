"""What payout-svc does with the events of other services."""

from collections.abc import Mapping
from typing import Any

from kit.events import Envelope
from kit.ids import new_id
from kit.inbox import Consumer
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.domain.payable import Payable, SourceKind
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.payment_terms import PaymentTerms
from payout_svc.domain.settlement import Person, Settlement
from payout_svc.entrypoints.consumed_events import (
    BankAccountChanged,
    BookingClosed,
    ClaimSettled,
    MemberChanged,
    PlanPublished,
)
from payout_svc.use_cases.record_payable import record_payable


async def claim_settled(tx: PayoutsTransaction, _event: Envelope, data: ClaimSettled) -> None:
    settlement = Settlement(
        source_kind=SourceKind.CLAIM,
        source_id=data.claim_id,
        amount_cents=data.payable_cents,
        settled_on=data.settled_on,
        person_id=data.person_id,
        requested_cents=data.requested_cents,
    )
    await tx.facts.record(settlement, received_at=tx.now)
    if data.payable_cents == 0:
        return
    payable = Payable(
        payable_id=new_id(),
        payee_kind=PayeeKind.MEMBER,
        payee_id=data.member_id,
        source_kind=SourceKind.CLAIM,
        source_id=data.claim_id,
        reference=data.case_number,
        article=data.article,
        amount_cents=data.payable_cents,
        due_on=data.settled_on,
    )
    await record_payable(tx, payable=payable)


async def booking_closed(tx: PayoutsTransaction, event: Envelope, data: BookingClosed) -> None:
    # Facilities have no event of their own here: the newest invoice tells name and IBAN.
    await tx.payees.record_facility(
        facility_id=data.facility_id,
        name=data.facility_name,
        iban=data.facility_iban,
        version=int(event.time.timestamp() * 1000),
    )
    settlement = Settlement(SourceKind.BOOKING, data.booking_id, data.fund_share_cents, data.closed_on)
    await tx.facts.record(settlement, received_at=tx.now)
    if data.fund_share_cents == 0:
        return
    payable = Payable(
        payable_id=new_id(),
        payee_kind=PayeeKind.FACILITY,
        payee_id=data.facility_id,
        source_kind=SourceKind.BOOKING,
        source_id=data.booking_id,
        reference=data.invoice_number,
        article=None,
        amount_cents=data.fund_share_cents,
        due_on=data.closed_on,
    )
    await record_payable(tx, payable=payable)


async def member_changed(tx: PayoutsTransaction, _event: Envelope, data: MemberChanged) -> None:
    name = f"{data.first_name} {data.last_name}"
    await tx.payees.record_member(member_id=data.member_id, name=name, left_on=data.left_on, version=data.version)
    persons = [Person(one.person_id, f"{one.first_name} {one.last_name}", one.fiscal_code) for one in data.persons]
    await tx.facts.record_persons(persons, member_id=data.member_id, version=data.version)


async def bank_account_changed(tx: PayoutsTransaction, _event: Envelope, data: BankAccountChanged) -> None:
    await tx.payees.record_bank_account(
        member_id=data.member_id, iban=data.iban, holder=data.holder, version=data.version
    )


async def plan_published(tx: PayoutsTransaction, event: Envelope, data: PlanPublished) -> None:
    terms = PaymentTerms(
        plan_id=data.plan_id,
        effective_from=data.effective_from,
        effective_to=data.effective_to,
        threshold_cents=data.payment.threshold_cents,
        strictly_greater=data.payment.strictly_greater,
        except_months=frozenset(data.payment.except_months),
    )
    await tx.terms.record(terms, published_at=event.time)


CONSUMERS: Mapping[str, Consumer[PayoutsTransaction, Any]] = {
    "claims.claim_settled.v1": Consumer(ClaimSettled, claim_settled),
    "bookings.booking_closed.v1": Consumer(BookingClosed, booking_closed),
    "claims.member_changed.v1": Consumer(MemberChanged, member_changed),
    "claims.bank_account_changed.v1": Consumer(BankAccountChanged, bank_account_changed),
    "rules.plan_published.v1": Consumer(PlanPublished, plan_published),
}
CONSUMED = tuple(CONSUMERS)
