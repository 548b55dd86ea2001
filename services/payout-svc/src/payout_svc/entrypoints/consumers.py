"""What payout-svc does with the events of other services."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kit.clock import rome_date
from kit.events import Envelope
from kit.ids import new_id
from kit.inbox import Consumer
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.domain.instalment import Instalment, InstalmentAnswer, LapseReason
from payout_svc.domain.payable import Payable, SourceKind
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.payment_terms import PaymentTerms
from payout_svc.domain.settlement import Person, Settlement
from payout_svc.domain.withholding import withheld
from payout_svc.entrypoints.claim_check_consumers import ClaimCheckEvent, claim_check_closed, claim_check_opened
from payout_svc.entrypoints.consumed_events import (
    BankAccountChanged,
    BookingClosed,
    BookingCorrected,
    ClaimCorrected,
    ClaimSettled,
    InstalmentDecided,
    MemberChanged,
    PlanPublished,
    PlanWithdrawn,
)
from payout_svc.entrypoints.decision_consumers import DECISIONS
from payout_svc.use_cases.correct_claim import correct_claim, correction_of
from payout_svc.use_cases.decide_instalment import decide_instalment
from payout_svc.use_cases.plan_instalments import plan_instalments
from payout_svc.use_cases.record_payable import record_payable


async def claim_settled(tx: PayoutsTransaction, _event: Envelope, data: ClaimSettled) -> None:
    settlement = Settlement(
        source_kind=SourceKind.CLAIM,
        source_id=data.claim_id,
        amount_cents=data.payable_cents,
        settled_on=data.settled_on,
        person_id=data.person_id,
        requested_cents=data.requested_cents,
        claim_id=data.claim_id,
        decision_id=data.decision_id,
    )
    tx.facts.record(settlement, received_at=tx.now)
    await plan_instalments(tx, instalments=_later_instalments(data))
    if data.payable_cents == 0:
        return
    kept = await _kept_back(tx, data.payable_cents, data.settled_on) if data.gross_of_withholding else 0
    payable = Payable(
        payable_id=new_id(),
        payee_kind=PayeeKind.MEMBER,
        payee_id=data.member_id,
        source_kind=SourceKind.CLAIM,
        source_id=data.claim_id,
        reference=data.case_number,
        article=data.article,
        amount_cents=data.payable_cents - kept,
        due_on=data.settled_on,
        gross_of_withholding=data.gross_of_withholding,
        withheld_cents=kept,
    )
    record_payable(tx, payable=payable)


async def _kept_back(tx: PayoutsTransaction, gross_cents: int, day: date) -> int:
    return withheld(gross_cents, await tx.tax_rates.in_force(day))


def _later_instalments(data: ClaimSettled) -> list[Instalment]:
    """Make the instalments after the first, which is the claim's own payable."""
    return [
        Instalment(
            instalment_id=new_id(),
            claim_id=data.claim_id,
            case_id=data.case_id,
            case_number=data.case_number,
            decision_id=data.decision_id,
            member_id=data.member_id,
            person_id=data.person_id,
            article=data.article,
            number=one.number,
            due_on=one.due_on,
            amount_cents=one.amount_cents,
        )
        for one in data.instalments
        if one.number > 1
    ]


async def claim_corrected(tx: PayoutsTransaction, _event: Envelope, data: ClaimCorrected) -> None:
    if data.delta_cents == 0:
        return
    correction = correction_of(
        claim_id=data.claim_id,
        decision_id=data.decision_id,
        member_id=data.member_id,
        case_number=data.case_number,
        article=data.article,
        delta_cents=data.delta_cents,
        corrected_on=data.corrected_on,
        gross_of_withholding=data.gross_of_withholding,
    )
    await correct_claim(
        tx,
        correction=correction,
        claim_id=data.claim_id,
        person_id=data.person_id,
        payable_cents=data.payable_cents,
    )


async def instalment_decided(tx: PayoutsTransaction, event: Envelope, data: InstalmentDecided) -> None:
    cents, decided_on = data.payable_cents if data.outcome == "pay" else 0, rome_date(event.time)
    answer = InstalmentAnswer(
        instalment_id=data.instalment_id,
        payable_cents=cents,
        plan_version=data.plan_version,
        reasons=[LapseReason(one.code, one.text_it, one.text_en) for one in data.reasons],
        gross_of_withholding=data.gross_of_withholding,
        withheld_cents=await _kept_back(tx, cents, decided_on) if data.gross_of_withholding and cents else 0,
    )
    await decide_instalment(tx, answer=answer, decided_on=decided_on)


async def booking_closed(tx: PayoutsTransaction, event: Envelope, data: BookingClosed) -> None:
    await _record_facility(tx, event, data)
    settlement = Settlement(
        SourceKind.BOOKING, data.booking_id, data.fund_share_cents, data.closed_on, decided_here=not data.imported
    )
    tx.facts.record(settlement, received_at=tx.now)
    if data.fund_share_cents > 0:
        record_payable(tx, payable=_owed_to_facility(data, settlement, reference=data.invoice_number))


async def booking_corrected(tx: PayoutsTransaction, event: Envelope, data: BookingCorrected) -> None:
    await _record_facility(tx, event, data)
    settlement = Settlement(
        SourceKind.BOOKING_CORRECTION, data.matter_id, data.delta_cents, data.corrected_on, decided_here=True
    )
    tx.facts.record(settlement, received_at=tx.now)
    record_payable(tx, payable=_owed_to_facility(data, settlement, reference=data.code))


async def _record_facility(tx: PayoutsTransaction, event: Envelope, data: BookingClosed | BookingCorrected) -> None:
    # Facilities have no event of their own here: the newest one about their bookings tells name and IBAN.
    await tx.payees.record_facility(
        facility_id=data.facility_id,
        name=data.facility_name,
        iban=data.facility_iban,
        version=int(event.time.timestamp() * 1000),
    )


def _owed_to_facility(data: BookingClosed | BookingCorrected, settlement: Settlement, *, reference: str) -> Payable:
    return Payable(
        payable_id=new_id(),
        payee_kind=PayeeKind.FACILITY,
        payee_id=data.facility_id,
        source_kind=settlement.source_kind,
        source_id=settlement.source_id,
        reference=reference,
        article=None,
        amount_cents=settlement.amount_cents,
        due_on=settlement.settled_on,
        booking_id=data.booking_id,
        code=data.code,
        imported=isinstance(data, BookingClosed) and data.imported,
    )


async def member_changed(tx: PayoutsTransaction, _event: Envelope, data: MemberChanged) -> None:
    name = f"{data.first_name} {data.last_name}"
    await tx.payees.record_member(member_id=data.member_id, name=name, left_on=data.left_on, version=data.version)
    persons = [Person(one.person_id, f"{one.first_name} {one.last_name}", one.fiscal_code) for one in data.persons]
    await tx.facts.record_persons(persons, member_id=data.member_id, version=data.version)


async def bank_account_changed(tx: PayoutsTransaction, _event: Envelope, data: BankAccountChanged) -> None:
    await tx.payees.record_bank_account(
        member_id=data.member_id, iban=data.iban, holder=data.holder, verified=data.verified, version=data.version
    )


def payment_terms(data: PlanPublished) -> PaymentTerms:
    return PaymentTerms(
        plan_id=data.plan_id,
        effective_from=data.effective_from,
        effective_to=data.effective_to,
        threshold_cents=data.payment.threshold_cents,
        strictly_greater=data.payment.strictly_greater,
        except_months=frozenset(data.payment.except_months),
    )


async def plan_published(tx: PayoutsTransaction, event: Envelope, data: PlanPublished) -> None:
    await tx.terms.record(payment_terms(data), published_at=event.time)


async def plan_withdrawn(tx: PayoutsTransaction, event: Envelope, data: PlanWithdrawn) -> None:
    await tx.terms.remove(data.plan_id, data.effective_from, published_before=event.time)


CONSUMERS: Mapping[str, Consumer[PayoutsTransaction, Any]] = {
    "claims.claim_settled.v1": Consumer(ClaimSettled, claim_settled, gathers=True),
    "claims.claim_corrected.v1": Consumer(ClaimCorrected, claim_corrected),
    **DECISIONS,
    "rules.instalment_decided.v1": Consumer(InstalmentDecided, instalment_decided),
    "bookings.booking_closed.v1": Consumer(BookingClosed, booking_closed),
    "bookings.booking_corrected.v1": Consumer(BookingCorrected, booking_corrected),
    "claims.claim_check_opened.v1": Consumer(ClaimCheckEvent, claim_check_opened),
    "claims.claim_check_closed.v1": Consumer(ClaimCheckEvent, claim_check_closed),
    "claims.member_changed.v1": Consumer(MemberChanged, member_changed),
    "claims.bank_account_changed.v1": Consumer(BankAccountChanged, bank_account_changed),
    "rules.plan_published.v1": Consumer(PlanPublished, plan_published),
    "rules.plan_withdrawn.v1": Consumer(PlanWithdrawn, plan_withdrawn),
}
CONSUMED = tuple(CONSUMERS)
