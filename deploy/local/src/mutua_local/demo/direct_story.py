"""Chapter 6: direct bookings."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from kit.clock import ROME
from mutua_local.demo.client import eventually
from mutua_local.demo.stage import Stage
from mutua_local.demo.timeline import eur

PRICE_CENTS = 12000
FUND_SHARE_CENTS = 9000
SERVICE = "VIS-CARD"


@dataclass(frozen=True, slots=True)
class PlayedBooking:
    """What the month end must know of the dispensed booking."""

    booking_id: str
    facility_id: str
    fund_share_cents: int


async def play_bookings(stage: Stage) -> PlayedBooking:
    """Book in time and too late, read the quota letter, let the facility dispense."""
    line = stage.timeline
    line.chapter(6, "Direct bookings at a contracted facility")
    today = stage.days.shift(stage.start, 5)
    appointment = stage.days.shift(today, 6)
    moment = await stage.at(today, 11, 0)
    found = await stage.rossi.caller.get("/v1/facilities", service=SERVICE, q="Poliambulatorio Cardio")
    facility = found["items"][0]
    line.event(moment, f"{stage.rossi.name} finds {facility['name']}: {eur(facility['price_cents'])} for the visit")
    await _book_late(stage, facility, today)
    booking = await _book_in_time(stage, facility, appointment)
    await _letter(stage, booking, appointment)
    await _dispense(stage, booking, appointment)
    return PlayedBooking(booking["booking_id"], facility["facility_id"], booking["fund_share_cents"])


async def _request(stage: Stage, facility: dict[str, Any], relation: str, day: date) -> dict[str, Any]:
    booking: dict[str, Any] = await stage.rossi.caller.post(
        "/v1/bookings",
        {
            "person_id": stage.rossi.person_ids[relation],
            "facility_id": facility["facility_id"],
            "service_code": SERVICE,
            "doctor": facility["doctors"][0]["name"],
            "appointment_at": datetime.combine(day, time(15, 30), ROME).isoformat(),
            "phone": "+39 333 1234567",
            "already_agreed": True,
        },
    )
    return booking


async def _book_late(stage: Stage, facility: dict[str, Any], today: date) -> None:
    line = stage.timeline
    moment = await stage.at(today, 11, 5)
    tomorrow = stage.days.shift(today, 1)
    booking = await _request(stage, facility, "spouse", tomorrow)
    line.event(moment, "asks for Lucia, tomorrow at 15:30: one working day of notice")
    line.check("the late booking", (booking["state"], booking["reason"]), ("not_authorised", "late"))
    expected = stage.days.last_day_in_time(tomorrow, booking["notice_days"]).isoformat()
    line.check("its last day in time", booking["last_day_in_time"], expected)
    line.detail(f"the last day in time was {booking['last_day_in_time']}")
    line.detail(f"the first appointment now possible: {booking['first_possible_appointment']}")
    offer = booking["indirect_claim"]
    line.well(f"{booking['state_label']['it']}; offered instead: an indirect claim, {offer['href']}")


async def _book_in_time(stage: Stage, facility: dict[str, Any], day: date) -> dict[str, Any]:
    line = stage.timeline
    moment = await stage.at(stage.days.shift(stage.start, 5), 11, 10)
    asked = await _request(stage, facility, "member", day)
    line.event(moment, f"asks for himself, {day:%d/%m/%Y} at 15:30: enough notice")

    async def look() -> dict[str, Any] | None:
        booking: dict[str, Any] = await stage.rossi.caller.get(f"/v1/bookings/{asked['booking_id']}")
        return booking if booking["state"] != "requested" else None

    booking = await eventually("the decision of a booking", look)
    line.steps(booking["explanation"])
    line.check("the booking", booking["state"], "authorised")
    shares = (booking["fund_share_cents"], booking["member_share_cents"])
    line.check("its shares", shares, (FUND_SHARE_CENTS, PRICE_CENTS - FUND_SHARE_CENTS))
    line.well(f"{booking['state_label']['it']}, code {booking['code']}: fund {eur(shares[0])}, member {eur(shares[1])}")
    mail = await stage.mail(stage.rossi, f"{booking['code']} autorizzata")
    line.detail(f"e-mail: {mail.subject}")
    return booking


async def _letter(stage: Stage, booking: dict[str, Any], appointment: date) -> None:
    line = stage.timeline
    due = stage.days.shift(appointment, -2)
    moment = await stage.at(due, 9, 0)
    mail = await stage.mail(stage.rossi, "quota")
    content = await stage.mailbox.attachment(mail)
    line.event(moment, f"two working days before: e-mail {mail.subject!r} with {', '.join(mail.attachments)}")
    line.check("the attached letter", content[:5], b"%PDF-")
    same = await stage.rossi.caller.fetch(f"/v1/bookings/{booking['booking_id']}/letter")
    line.check("the letter behind the login", same, content)
    line.well(f"the quota letter, {len(content) // 1024} KB of PDF: {eur(booking['member_share_cents'])} to pay there")


async def _dispense(stage: Stage, booking: dict[str, Any], appointment: date) -> None:
    line = stage.timeline
    moment = await stage.at(appointment, 16, 10)
    verified = await stage.facility.post("/v1/bookings/verify", {"code": booking["code"]})
    line.event(moment, f"the facility's system verifies {booking['code']}: {verified['person_name']}")
    closed = await stage.facility.post(
        f"/v1/bookings/{booking['booking_id']}/dispense",
        {
            "dispensed_on": appointment.isoformat(),
            "invoice": {
                "number": f"CS-{booking['code'][-9:]}",
                "date": appointment.isoformat(),
                "amount_cents": PRICE_CENTS,
            },
        },
    )
    line.check("the dispensed booking", closed["state"], "closed")
    line.well(f"{closed['state_label']['it']}: {eur(booking['fund_share_cents'])} are payable to the facility")
