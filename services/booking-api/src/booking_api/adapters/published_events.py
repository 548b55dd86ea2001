"""One example of every event that this service publishes; the contracts are generated from these."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from booking_api.domain.decision import Reason
from booking_api.domain.events import (
    Beneficiary,
    BookingAuthorised,
    BookingCancelled,
    BookingClosed,
    BookingCorrected,
    BookingDispensed,
    BookingRefused,
    BookingRequested,
    BookingReviewGranted,
    DirectRequest,
    Provider,
    QuotaLetterReady,
    RequestItem,
)
from booking_api.domain.member import MemberFacts

_BOOKING = UUID("01990000-0000-7000-8000-000000000001")
_MEMBER = UUID("01990000-0000-7000-8000-000000000002")
_PERSON = UUID("01990000-0000-7000-8000-000000000003")
_FACILITY = UUID("01990000-0000-7000-8000-000000000004")
_APPOINTMENT = datetime(2026, 12, 16, 9, 30, tzinfo=UTC)
_FACILITY_NAME = "Centro Cardiologico Cadorna"
_FACILITY_ADDRESS = "Piazzale Luigi Cadorna 14, 20123 Milano (MI)"
_CODE = "AUT-7K3M-Q9TX"
_SERVICE = "Visita specialistica cardiologica"

_EXAMPLES = (
    BookingRequested(
        booking_id=_BOOKING,
        member_id=_MEMBER,
        member=MemberFacts("employee", date(2010, 3, 1), date(2010, 1, 11), None, date(1975, 6, 15)),
        beneficiary=Beneficiary(_PERSON, "spouse", date(1978, 2, 3), disabled_104=False, fiscally_dependent=True),
        request=DirectRequest(
            mode="direct",
            article="5.1",
            expense_date=date(2026, 12, 16),
            received_on=date(2026, 12, 1),
            channel="portal",
            amount_cents=10_000,
            currency="EUR",
            quantity=1,
            items=(RequestItem("5.1", "1001", 1, 10_000),),
            ssn_ticket=False,
            stamp_duty_cents=0,
            other_fund_refund_cents=0,
            provider=Provider("dentist", None),
            service="cure dentarie",
            documents=("prescription",),
            extra={"operator_title_on_invoice": True},
        ),
    ),
    BookingAuthorised(
        booking_id=_BOOKING,
        code=_CODE,
        member_id=_MEMBER,
        person_id=_PERSON,
        person_name="Mario Rossi",
        facility_id=_FACILITY,
        facility_name=_FACILITY_NAME,
        facility_address=_FACILITY_ADDRESS,
        service_title=_SERVICE,
        appointment_at=_APPOINTMENT,
        price_cents=12_000,
        fund_share_cents=9_000,
        member_share_cents=3_000,
    ),
    BookingRefused(
        booking_id=_BOOKING,
        member_id=_MEMBER,
        person_name="Mario Rossi",
        facility_name=_FACILITY_NAME,
        service_title=_SERVICE,
        appointment_at=_APPOINTMENT,
        reason="late",
        last_day_in_time=date(2026, 12, 14),
        reasons=(
            Reason(
                "notice_too_short",
                "guida",
                "Servono almeno 2 giorni lavorativi di preavviso: per questo appuntamento la richiesta andava "
                "inviata entro il 14/12/2026. Da oggi il primo appuntamento possibile è il 17/12/2026.",
                "At least 2 working days of notice are needed: for this appointment the request was due by "
                "14/12/2026. From today the first possible appointment is on 17/12/2026.",
            ),
        ),
    ),
    QuotaLetterReady(
        booking_id=_BOOKING,
        code=_CODE,
        member_id=_MEMBER,
        person_name="Mario Rossi",
        facility_name=_FACILITY_NAME,
        facility_address=_FACILITY_ADDRESS,
        service_title=_SERVICE,
        appointment_at=_APPOINTMENT,
        member_share_cents=3_000,
        document_key=f"letters/{_BOOKING}.pdf",
        document_sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ),
    BookingDispensed(_BOOKING, _FACILITY, date(2026, 12, 16)),
    BookingClosed(
        booking_id=_BOOKING,
        code=_CODE,
        facility_id=_FACILITY,
        facility_name=_FACILITY_NAME,
        facility_iban="IT60X0542811101000000123456",
        member_id=_MEMBER,
        invoice_number="2026/1187",
        invoice_date=date(2026, 12, 16),
        price_cents=12_000,
        fund_share_cents=9_000,
        member_share_cents=3_000,
        closed_on=date(2026, 12, 16),
        facility_vat_number="12345670017",
    ),
    BookingReviewGranted(
        matter_id=UUID("01990000-0000-7000-8000-000000000005"),
        booking_id=_BOOKING,
        member_id=_MEMBER,
        person_id=_MEMBER,
        article="3.6",
        previous_cents=9_000,
        granted_cents=9_500,
        delta_cents=500,
    ),
    BookingCorrected(
        booking_id=_BOOKING,
        code=_CODE,
        facility_id=_FACILITY,
        facility_name=_FACILITY_NAME,
        facility_iban="IT60X0542811101000000123456",
        member_id=_MEMBER,
        matter_id=UUID("01990000-0000-7000-8000-000000000005"),
        previous_cents=9_000,
        payable_cents=9_500,
        delta_cents=500,
        corrected_on=date(2027, 1, 20),
    ),
    BookingCancelled(_BOOKING, _MEMBER, date(2026, 12, 10), "cancelled"),
)

PUBLISHED: dict[type[Any], Any] = {type(example): example for example in _EXAMPLES}
