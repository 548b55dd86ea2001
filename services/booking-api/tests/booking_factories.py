"""Values that the tests of booking-api share."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from booking_api.adapters.fund_terms_file import all_fund_terms
from booking_api.domain.booking import Authorisation, BookedFacility, BookedService, Booking
from booking_api.domain.booking_item import BookedItem
from booking_api.domain.booking_states import BookingState
from booking_api.domain.decision import Decision, Outcome, Reason, Step
from booking_api.domain.facility import Address, AgreedService, Badge, Doctor, Facility
from booking_api.domain.member import MemberFacts, Patient, Person
from booking_api.domain.notice import Notice
from booking_api.domain.plan import PlanVersion
from booking_api.domain.wish import BookingWish
from kit.events import Envelope

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)  # Tuesday, 10:00 in Italy
APPOINTMENT = datetime(2026, 12, 16, 9, 30, tzinfo=UTC)  # Wednesday
MEMBER = UUID("01990000-0000-7000-8000-00000000aa01")
PERSON = UUID("01990000-0000-7000-8000-00000000aa02")
SPOUSE = UUID("01990000-0000-7000-8000-00000000aa03")
OTHER_MEMBER = UUID("01990000-0000-7000-8000-00000000bb01")
OTHER_PERSON = UUID("01990000-0000-7000-8000-00000000bb02")
FACILITY = UUID("01990000-0000-7000-8000-00000000cc01")
OTHER_FACILITY = UUID("01990000-0000-7000-8000-00000000cc02")
PRICE = 12_000
ITEM = BookedItem("VIS-CARD", None, "Visita specialistica cardiologica", 1, PRICE)
VAT_NUMBER = "12345670017"
IBAN = "IT60X0542811101000000123456"
NOTICE_DAYS = {
    "outpatient": 2,
    "dental": 2,
    "physio": 2,
    "inpatient": 5,
    "outpatient_surgery": 5,
    "eye_surgery": 5,
}
TERMS = all_fund_terms()["fnm"]


def plan(**changes: Any) -> PlanVersion:
    made = PlanVersion(
        plan_id="fnm",
        version="2023-07-01",
        effective_from=date(2023, 7, 1),
        effective_to=None,
        notice_days=NOTICE_DAYS,
        modes={"3.6": frozenset({"direct", "indirect"}), "5.1": frozenset({"direct"})},
    )
    return replace(made, **changes)


def person(**changes: Any) -> Person:
    made = Person(
        person_id=PERSON,
        member_id=MEMBER,
        relation="member",
        first_name="Mario",
        last_name="Rossi",
        birth_date=date(1975, 6, 15),
        disabled_104=False,
        fiscally_dependent=None,
        valid_from=date(2010, 3, 1),
        valid_to=None,
    )
    return replace(made, **changes)


def patient() -> Patient:
    facts = MemberFacts("employee", date(2010, 3, 1), date(2010, 1, 11), None, date(1975, 6, 15))
    return Patient(person(), facts)


def facility(**changes: Any) -> Facility:
    made = Facility(
        facility_id=FACILITY,
        code="cardio-cadorna",
        name="Centro Cardiologico Cadorna",
        address=Address("Piazzale Luigi Cadorna 14", "Milano", "20123", "MI", 45.468, 9.175),
        phone="02 8511111",
        iban=IBAN,
        badge=Badge.GREEN,
        services=(
            AgreedService("DEN-1001", 10_000, date(2024, 1, 1), None),
            AgreedService("VIS-CARD", 11_000, date(2020, 1, 1), date(2026, 1, 1)),
            AgreedService("VIS-CARD", PRICE, date(2026, 1, 1), date(2027, 7, 1)),
        ),
        doctors=(Doctor("Elena Moretti", ("VIS-CARD",)),),
    )
    return replace(made, **changes)


def wish(**changes: Any) -> BookingWish:
    made = BookingWish(
        person_id=PERSON,
        facility_id=FACILITY,
        service_code="VIS-CARD",
        doctor=None,
        appointment_at=APPOINTMENT,
        phone="+39 333 1234567",
        prescription_document_id=None,
        already_agreed=True,
    )
    return replace(made, **changes)


def booking(state: BookingState = BookingState.REQUESTED, **changes: Any) -> Booking:
    made = Booking(
        booking_id=UUID("01990000-0000-7000-8000-00000000dd01"),
        member_id=MEMBER,
        person_id=PERSON,
        person_name="Mario Rossi",
        facility=BookedFacility(FACILITY, "Centro Cardiologico Cadorna", str(facility().address)),
        service=BookedService("VIS-CARD", "Visita specialistica cardiologica", "Cardiological visit", "3.6"),
        doctor="Elena Moretti",
        appointment_at=APPOINTMENT,
        phone="+39 333 1234567",
        prescription_document_id=None,
        already_agreed=True,
        channel="portal",
        requested_at=NOW,
        price_cents=PRICE,
        notice=Notice(
            2, in_time=True, last_day_in_time=date(2026, 12, 14), first_possible_appointment=date(2026, 12, 3)
        ),
        state=state,
        expires_at=APPOINTMENT,
        items=(ITEM,),
    )
    return replace(made, **changes)


def authorisation(**changes: Any) -> Authorisation:
    return replace(Authorisation("AUT-7K3M-Q9TX", 9_000, 3_000, NOW, date(2026, 12, 14)), **changes)


def decision(outcome: Outcome = Outcome.PAY, **changes: Any) -> Decision:
    pays = outcome is Outcome.PAY
    made = Decision(
        decision_id=uuid4(),
        outcome=outcome,
        price_cents=PRICE,
        fund_share_cents=9_000 if pays else 0,
        member_share_cents=3_000 if pays else PRICE,
        reasons=() if pays else (Reason("not_covered", "3.6", "Non prevista", "Not covered"),),
        steps=(Step("rate", "3.6", PRICE, 9_000, "75 % di 120,00", "75 % of 120.00"),) if pays else (),
    )
    return replace(made, **changes)


def envelope(kind: str, data: dict[str, Any], *, subject: object, fund: str = "fnm") -> Envelope:
    return Envelope(
        id=uuid4(),
        type=kind,
        source=kind.split(".", maxsplit=1)[0],
        subject=str(subject),
        time=NOW,
        fund=fund,
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        data=data,
    )


def _person_data(person_id: UUID, relation: str, first_name: str) -> dict[str, Any]:
    return {
        "person_id": str(person_id),
        "relation": relation,
        "first_name": first_name,
        "last_name": "Rossi",
        "fiscal_code": "RSSMRA75H15F205X",
        "birth_date": "1975-06-15",
        "disabled_104": False,
        "fiscally_dependent": None,
        "valid_from": "2010-03-01",
        "valid_to": None,
    }


def member_changed(
    *, member_id: UUID = MEMBER, persons: dict[UUID, str] | None = None, version: int = 1, fund: str = "fnm"
) -> Envelope:
    family = persons or {PERSON: "member", SPOUSE: "spouse"}
    data = {
        "member_id": str(member_id),
        "number": "10001",
        "version": version,
        "birth_date": "1975-06-15",
        "category": "employee",
        "enrolled_on": "2010-03-01",
        "hired_on": "2010-01-11",
        "left_on": None,
        "persons": [_person_data(one, relation, relation.title()) for one, relation in family.items()],
    }
    return envelope("claims.member_changed.v1", data, subject=member_id, fund=fund)


def plan_published(*, fund: str = "fnm") -> Envelope:
    data = {
        "plan_id": "fnm",
        "fund": "fnm",
        "version": "2023-07-01",
        "effective_from": "2023-07-01",
        "effective_to": None,
        "articles": [
            {"article": "3.6", "modes": ["direct", "indirect"]},
            {"article": "5.1", "modes": ["direct"]},
        ],
        "notice_days": NOTICE_DAYS,
    }
    return envelope("rules.plan_published.v1", data, subject="fnm", fund=fund)


def adjudicated(booking_id: UUID | str, outcome: str = "pay", **changes: Any) -> Envelope:
    pays = outcome == "pay"
    data = {
        "booking_id": str(booking_id),
        "decision_id": str(uuid4()),
        "outcome": outcome,
        "price_cents": PRICE,
        "fund_share_cents": 9_000 if pays else 0,
        "member_share_cents": 3_000 if pays else PRICE,
        "reasons": [] if pays else [{"code": "x", "article": "3.6", "text_it": "Non prevista", "text_en": "No"}],
        "steps": [
            {
                "code": "rate",
                "article": "3.6",
                "before_cents": PRICE,
                "after_cents": 9_000,
                "text_it": "75 % di 120,00",
                "text_en": "75 % of 120.00",
            }
        ],
    }
    return envelope("rules.booking_adjudicated.v1", data | changes, subject=booking_id)


def facility_body(**changes: Any) -> dict[str, Any]:
    body = {
        "facility_id": str(FACILITY),
        "name": "Centro Cardiologico Cadorna",
        "address": "Piazzale Luigi Cadorna 14",
        "town": "Milano",
        "postal_code": "20123",
        "province": "MI",
        "geo": {"latitude": 45.468, "longitude": 9.175},
        "phone": "02 8511111",
        "iban": IBAN,
        "badge": "green",
        "services": [
            {"service_code": "VIS-CARD", "price_cents": PRICE, "valid_from": "2026-01-01", "valid_to": "2027-07-01"},
            {"service_code": "DEN-1001", "price_cents": 10_000, "valid_from": "2024-01-01", "valid_to": None},
        ],
        "doctors": [{"name": "Elena Moretti", "services": ["VIS-CARD"]}],
    }
    return body | changes


def booking_body(**changes: Any) -> dict[str, Any]:
    body = {
        "person_id": str(PERSON),
        "facility_id": str(FACILITY),
        "service_code": "VIS-CARD",
        "doctor": "Elena Moretti",
        "appointment_at": "2026-12-16T10:30:00+01:00",
        "phone": "+39 333 1234567",
        "already_agreed": True,
    }
    return body | changes


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)
