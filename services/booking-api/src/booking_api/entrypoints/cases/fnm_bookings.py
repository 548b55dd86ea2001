"""The notice of a direct booking, by the plan in force on the day of the appointment."""

from collections.abc import Sequence
from datetime import datetime

from booking_api.adapters.fund_terms_file import all_fund_terms
from booking_api.domain.nomenclature import ServiceClass
from booking_api.domain.notice import assess_notice
from booking_api.entrypoints.consumed_events import PlanPublished
from booking_api.entrypoints.consumers import plan_version
from booking_api.use_cases.prepare_booking import plan_on
from kit.cases import Answer, Case, Plan
from kit.clock import rome_date

_FUND = "fnm"


def fnm_booking(case: Case, plans: Sequence[Plan]) -> Answer:
    """Say whether a request is in time, and which day was the last."""
    requested_at = datetime.fromisoformat(case["requested_at"])
    appointment_at = datetime.fromisoformat(case["appointment_at"])
    known = [plan_version(PlanPublished.model_validate(plan)) for plan in plans if plan["fund"] == _FUND]
    plan = plan_on(known, rome_date(appointment_at))
    notice = assess_notice(
        requested_at=requested_at,
        appointment_at=appointment_at,
        days=plan.notice_for(ServiceClass(case["service_class"])),
        calendar=all_fund_terms()[_FUND].calendar,
    )
    told = f"{notice.days} working days before {rome_date(appointment_at)}: the last day is {notice.last_day_in_time}"
    return Answer({"accepted": notice.in_time, "last_day_in_time": notice.last_day_in_time.isoformat()}, [told])
