"""Direct mode on the oneCARE portal: requests, badges, the answer, the letter, the way that is left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from booking_api.adapters.fund_terms_file import all_fund_terms
from booking_api.domain.booking import Authorisation, BookedFacility, BookedService, Booking, QuotaLetter
from booking_api.domain.booking_states import BookingState
from booking_api.domain.claim_draft import draft_claim
from booking_api.domain.decision import Decision, Outcome, Reason
from booking_api.domain.errors import BookingRejected, DirectWayOpen, IndirectNotCovered, TransitionForbidden
from booking_api.domain.facility import Address, Badge, Facility
from booking_api.domain.facility_search import FoundFacility, Sort, haversine_of
from booking_api.domain.nomenclature import BookableService, ServiceClass
from booking_api.domain.notice import Notice, assess_notice
from booking_api.domain.plan import PlanVersion
from booking_api.domain.prescription import PORTAL, check_prescription, is_prescription_advised
from booking_api.entrypoints.consumed_events import PlanPublished
from booking_api.entrypoints.consumers import plan_version
from booking_api.use_cases import booking_events
from booking_api.use_cases.prepare_booking import plan_on
from kit.cases import Answer, Case, Plan
from kit.clock import ROME

_TERMS = all_fund_terms()["fnm"]
_ID = UUID(int=1)
_NOON = time(12, tzinfo=ROME)
_CLASSES: Mapping[str, ServiceClass] = {
    "out_of_hospital": ServiceClass.OUTPATIENT,
    "hospitalisation": ServiceClass.INPATIENT,
    "hospital_stay": ServiceClass.INPATIENT,
    "stay": ServiceClass.INPATIENT,
    "outpatient_operation": ServiceClass.OUTPATIENT_SURGERY,
    "physiotherapy": ServiceClass.PHYSIO,
    **{str(one): one for one in ServiceClass},
}
# The portal's words for the states in the cases, as states of a booking.
_STATES = {
    "RICHIESTA": BookingState.REQUESTED,
    "IMPEGNATO DIRETTA": BookingState.AUTHORISED,
    "RESPINTA": BookingState.NOT_AUTHORISED,
}
_LONG_NOTICE = 5


def onecare_direct(case: Case, plans: Sequence[Plan]) -> Answer | None:
    """Answer a case of the direct mode, None for the portal's other pages."""
    known = [plan_version(PlanPublished.model_validate(plan)) for plan in plans if plan["fund"] == _TERMS.fund]
    handler = _ACTIONS.get(case["request"]["action"])
    return handler(case["given"], case["request"], known) if handler else None


def _request_direct(given: Case, request: Case, plans: Sequence[PlanVersion]) -> Answer:
    service_class = _CLASSES[given["service_class"]]
    requested_at, appointment_at = _noon(given["request_date"]), _noon(given["appointment_date"])
    plan = plan_on(plans, appointment_at.date())
    notice = assess_notice(
        requested_at=requested_at,
        appointment_at=appointment_at,
        days=plan.notice_for(service_class),
        calendar=_TERMS.calendar,
    )
    papers = ("prescription",) if request.get("prescription") else ()
    told = [f"{notice.days} working days: the last day is {notice.last_day_in_time}"]
    try:
        check_prescription(_service_of(service_class), papers, channel=request.get("channel", PORTAL))
    except BookingRejected as rejected:
        return Answer({"decision": "DENY", "reasons": ["ONE-SPE-01"]}, [rejected.message])
    lead = "ONE-DIR-11" if notice.days >= _LONG_NOTICE else "ONE-DIR-10"
    if not notice.in_time:
        return Answer({"decision": "DIRECT_NOT_GUARANTEED", "reasons": [lead, "ONE-DIR-17", "ONE-DIR-25"]}, told)
    reasons = [lead, "ONE-SPE-01"] if service_class is ServiceClass.EYE_SURGERY else [lead]
    state = _shown(_booking(notice=notice))
    if is_prescription_advised(papers):
        got = {"decision": "ALLOW_WITH_WARNING", "reasons": ["ONE-SPE-03", *reasons], "state_after": state}
        return Answer(got, [*told, "a prescription is advised"])
    return Answer({"decision": "ACCEPT_FOR_REVIEW", "reasons": reasons, "state_after": state}, told)


def _book_online(given: Case, _request: Case, _plans: Sequence[PlanVersion]) -> Answer:
    badge = Badge(given["badge"])
    reason = "ONE-DIR-06" if badge is Badge.GREEN else "ONE-DIR-07"
    return Answer({"decision": "ALLOW" if badge.bookable_online else "DENY", "reasons": [reason]})


def _decide(given: Case, _request: Case, _plans: Sequence[PlanVersion]) -> Answer:
    booking = _booking(_STATES[given["state"]])
    if given["covered_by_circular"]:
        decision = _decision(Outcome.PAY, booking.price_cents)
        booking.authorise(decision, _authorisation(booking), expires_at=booking.expires_at, actor="case")
        reasons = ["ONE-DIR-12", "ONE-DIR-13", "ONE-DIR-14", "ONE-MYC-04"]
        return _mailed("AUTHORISE_AND_MAIL", reasons, booking, [booking_events.authorised(booking)])
    booking.decide(_decision(Outcome.DENY, 0), at=booking.requested_at, actor="case")
    return _mailed("REFUSE_AND_MAIL", ["ONE-DIR-12", "ONE-DIR-13"], booking, [booking_events.refused(booking)])


def _mailed(decision: str, reasons: list[str], booking: Booking, mails: Sequence[object]) -> Answer:
    got = {"decision": decision, "reasons": reasons, "state_after": _shown(booking), "mails": len(mails)}
    return Answer(got, [type(mail).__name__ for mail in mails])


def _daily_job(given: Case, _request: Case, _plans: Sequence[PlanVersion]) -> Answer:
    booking = _booking(
        price_cents=given["price_cents"],
        appointment_at=_noon(given["appointment_date"]),
    )
    granted = _authorisation(booking, fund_share_cents=given["fund_share_cents"])
    booking = replace(booking, state=_STATES[given["state"]], authorisation=granted)
    due = booking.state is BookingState.AUTHORISED and granted.letter_due_on <= date.fromisoformat(given["today"])
    got: dict[str, Any] = {
        "decision": "HOLD",
        "reasons": ["ONE-DIR-15", "ONE-DIR-16"],
        "payable_cents": granted.fund_share_cents,
        "member_share_cents": granted.member_share_cents,
    }
    if due:
        booking.send_letter(QuotaLetter("letters/case.pdf", "0" * 64, booking.requested_at), actor="case")
        booking_events.letter_ready(booking)
        got["decision"] = "MAIL_WITH_PDF"
    return Answer(got | {"state_after": _shown(booking)}, [f"the letter is due on {granted.letter_due_on}"])


def _convert(given: Case, _request: Case, _plans: Sequence[PlanVersion]) -> Answer:
    appointment_at = _noon(given["appointment_date"])
    booking = _booking(_STATES[given["state"]], appointment_at=appointment_at, expires_at=appointment_at)
    modes = frozenset({"direct", "indirect"} if given["covered_indirect"] else {"direct"})
    plan = PlanVersion("case", "1", date.min, None, {}, {booking.service.article: modes})
    try:
        draft = draft_claim(booking, _service_of(ServiceClass.OUTPATIENT), plan, at=_noon(given["today"]))
    except (DirectWayOpen, IndirectNotCovered) as refused:
        return Answer({"decision": "DENY", "reasons": ["ONE-DIR-17"]}, [refused.message])
    # A claim is born INSERITA in claims-api; the draft is all that this service gives for it.
    got = {"decision": "ALLOW", "reasons": ["ONE-DIR-17"], "state_after": "INSERITA"}
    return Answer(got, [f"draft of a claim on article {draft.article}"])


def _deliver(given: Case, _request: Case, _plans: Sequence[PlanVersion]) -> Answer:
    booking = _booking(_STATES[given["state"]])
    if booking.state is BookingState.AUTHORISED:
        booking.authorisation = _authorisation(booking)
        if given["pdf_letter"]:
            booking.send_letter(QuotaLetter("letters/case.pdf", "0" * 64, booking.requested_at), actor="case")
    try:
        booking.require(BookingState.DISPENSED)
    except TransitionForbidden as forbidden:
        return Answer({"decision": "DENY", "reasons": ["ONE-DIR-15"]}, [forbidden.message])
    return Answer({"decision": "ALLOW", "reasons": ["ONE-DIR-15", "ONE-DIR-16"]})


def _search(given: Case, request: Case, _plans: Sequence[PlanVersion]) -> Answer:
    sort = Sort(request.get("sort", "distance"))
    found = [_found(one, place) for place, one in enumerate(given["results"], start=1)]
    order = [one.facility.name for one in sorted(found, key=lambda one: one.position(sort))]
    return Answer({"decision": "ROWS", "reasons": ["ONE-DIR-05"], "order": order, "row_count": len(order)})


def _found(row: Case, place: int) -> FoundFacility:
    facility = Facility(UUID(int=place), row["name"], row["name"], Address("", ""), None, "", Badge.GREEN, (), ())
    return FoundFacility(facility, haversine_of(row["km"] * 1000), row["price_cents"])


_Action = Callable[[Case, Case, Sequence[PlanVersion]], Answer]
_ACTIONS: Mapping[str, _Action] = {
    "request_direct": _request_direct,
    "book_online": _book_online,
    "decide": _decide,
    "daily_job": _daily_job,
    "convert_to_refund": _convert,
    "deliver_direct": _deliver,
    "search_facilities": _search,
}


def _noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), _NOON)


def _shown(booking: Booking) -> str:
    return _TERMS.shown_state(booking).it


def _service_of(service_class: ServiceClass) -> BookableService:
    """Return a service of the class; one that no facility offers yet is as any other of its class."""
    known = (one for one in _TERMS.services.values() if one.service_class is service_class)
    name = str(service_class)
    return next(known, BookableService(name, name, name, name, "", None, "", None, service_class))


def _booking(state: BookingState = BookingState.REQUESTED, **facts: Any) -> Booking:
    requested_at = datetime(2024, 5, 2, 10, tzinfo=UTC)
    appointment_at = facts.pop("appointment_at", requested_at + timedelta(days=15))
    notice = facts.pop(
        "notice", Notice(2, in_time=True, last_day_in_time=date.min, first_possible_appointment=date.min)
    )
    whole = {"price_cents": 10_000, "expires_at": appointment_at} | facts
    return Booking(
        booking_id=_ID,
        member_id=_ID,
        person_id=_ID,
        person_name="",
        facility=BookedFacility(_ID, "", ""),
        service=BookedService("case", "", "", "case"),
        doctor=None,
        appointment_at=appointment_at,
        phone="",
        prescription_document_id=None,
        already_agreed=True,
        channel=PORTAL,
        requested_at=requested_at,
        notice=notice,
        state=state,
        **whole,
    )


def _authorisation(booking: Booking, *, fund_share_cents: int | None = None) -> Authorisation:
    fund_share = booking.price_cents if fund_share_cents is None else fund_share_cents
    return Authorisation(
        code="AUT-CASE",
        fund_share_cents=fund_share,
        member_share_cents=booking.price_cents - fund_share,
        authorised_at=booking.requested_at,
        letter_due_on=_TERMS.letter_due_on(booking.appointment_on),
    )


def _decision(outcome: Outcome, fund_share_cents: int) -> Decision:
    reasons = () if outcome is Outcome.PAY else (Reason("not_covered", None, "non prevista", "not covered"),)
    return Decision(_ID, outcome, 10_000, fund_share_cents, 10_000 - fund_share_cents, reasons, ())
