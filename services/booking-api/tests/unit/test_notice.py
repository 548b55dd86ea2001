from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from booking_factories import PERSON, TERMS, facility, patient, plan, wish
from booking_fakes import FakeFacilities, FakeMembers, FakePlans, FakeTransaction
from hypothesis import given, settings
from hypothesis import strategies as st

from booking_api.domain.booking_states import BookingState
from booking_api.domain.errors import NoticeUndefined
from booking_api.domain.facility import AgreedService
from booking_api.domain.nomenclature import ServiceClass
from booking_api.domain.notice import assess_notice
from booking_api.domain.viewer import Viewer
from booking_api.entrypoints.cases import HANDLERS
from booking_api.use_cases.request_booking import request_booking
from kit.cases import check, read_cases
from kit.clock import ROME
from kit.context import Context

PRESCRIPTION = UUID("01990000-0000-7000-8000-00000000ee01")
CASES = read_cases(Path(__file__).parents[4] / "tests" / "cases" / "fnm.json", "FNM booking")
OLD_PLAN = plan(effective_from=date(2020, 1, 1))
PUBLISHED = {
    "plan_id": OLD_PLAN.plan_id,
    "fund": "fnm",
    "version": OLD_PLAN.version,
    "effective_from": "2020-01-01",
    "effective_to": None,
    "articles": [],
    "notice_days": OLD_PLAN.notice_days,
}
SERVICE_OF_CLASS = {"outpatient": "VIS-CARD", "dental": "DEN-1001", "physio": "PHY-LASER", "eye_surgery": "EYE-LASIK"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_golden_case(case: dict[str, Any]):
    check(HANDLERS, case, [PUBLISHED])


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["service_class"] in SERVICE_OF_CLASS], ids=lambda case: case["id"]
)
async def test_golden_case_through_the_request(case: dict[str, Any]):
    code = SERVICE_OF_CLASS[case["service_class"]]
    priced = facility(services=(AgreedService(code, 10_000, date(2020, 1, 1), None),))
    now = datetime.fromisoformat(case["requested_at"])
    tx = FakeTransaction(
        Context("fnm", "member:mario", now),
        facilities=FakeFacilities([priced]),
        members=FakeMembers({PERSON: patient()}),
        plans=FakePlans([OLD_PLAN]),
    )
    asked = wish(
        service_code=code,
        appointment_at=datetime.fromisoformat(case["appointment_at"]),
        prescription_document_id=PRESCRIPTION,
    )
    answer = await request_booking(tx, wish=asked, terms=TERMS, viewer=Viewer(), channel="portal")
    accepted = case["expect"]["accepted"]
    assert answer.booking.state is (BookingState.REQUESTED if accepted else BookingState.NOT_AUTHORISED)
    assert [event.TYPE for event in tx.events] == [
        f"bookings.{'booking_requested' if accepted else 'booking_refused'}.v1"
    ]


def test_the_night_in_utc_is_already_the_next_day_in_italy():
    notice = assess_notice(
        requested_at=datetime.fromisoformat("2024-03-11T23:30:00+00:00"),
        appointment_at=datetime.fromisoformat("2024-03-13T08:00:00+01:00"),
        days=2,
        calendar=TERMS.calendar,
    )
    assert not notice.in_time


@settings(max_examples=60, deadline=None)
@given(st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1)), st.sampled_from([2, 5]))  # noqa: DTZ001
def test_the_first_possible_appointment_is_in_time_and_the_day_before_is_not(moment: datetime, days: int):
    requested_at = moment.replace(tzinfo=ROME)
    first = assess_notice(
        requested_at=requested_at, appointment_at=requested_at, days=days, calendar=TERMS.calendar
    ).first_possible_appointment

    def in_time(day: date) -> bool:
        appointment = datetime(day.year, day.month, day.day, 12, tzinfo=ROME)
        found = assess_notice(requested_at=requested_at, appointment_at=appointment, days=days, calendar=TERMS.calendar)
        return found.in_time

    assert in_time(first)
    assert not in_time(first - timedelta(days=1))


@pytest.mark.parametrize("service_class", [ServiceClass.DENTAL, ServiceClass.PHYSIO])
def test_care_outside_a_stay_has_the_general_notice_where_the_plan_names_no_other(service_class: ServiceClass):
    assert plan(notice_days={"outpatient": 2}).notice_for(service_class) == 2
    assert plan(notice_days={"outpatient": 2, str(service_class): 3}).notice_for(service_class) == 3


@pytest.mark.parametrize(
    "service_class", [ServiceClass.INPATIENT, ServiceClass.OUTPATIENT_SURGERY, ServiceClass.EYE_SURGERY]
)
def test_a_stay_or_an_operation_without_notice_in_the_plan_stops_the_request(service_class: ServiceClass):
    with pytest.raises(NoticeUndefined):
        plan(notice_days={"outpatient": 2}).notice_for(service_class)
