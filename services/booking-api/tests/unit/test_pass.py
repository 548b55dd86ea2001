"""The pass and the calendar event, each read back by somebody else's library or by the standard's own rules."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from booking_factories import APPOINTMENT, FACILITY, NOW, OTHER_FACILITY, TERMS, authorisation, booking

from booking_api.adapters.pass_signer import PassSigner
from booking_api.domain.booking import Booking, QuotaLetter
from booking_api.domain.booking_pass import check_pass, pass_claims
from booking_api.domain.booking_states import BookingState
from booking_api.domain.errors import CodeNotFound, LetterNotReady, PassEnded
from booking_api.entrypoints.http.appointment_ics import appointment_ics
from booking_api.use_cases.read_booking import Appointment

OLD, NEW = "an-old-key-of-at-least-32-characters", "a-new-key-of-at-least-32-characters!"
LETTER = QuotaLetter("letters/x.pdf", "0" * 64, NOW)


def granted(**changes: Any) -> Any:
    facts = {"authorisation": authorisation(), "letter": LETTER, "expires_at": APPOINTMENT + timedelta(days=30)}
    return booking(BookingState.LETTER_SENT, **facts | changes)


def signed(by: str = OLD) -> str:
    return PassSigner(by).sign(pass_claims(granted(), fund="fnm"))


def verified_offline(text: str, keys: list[dict[str, str]], *, audience: object = FACILITY) -> dict[str, Any]:
    """Verify as a facility does: with nothing but the published keys and its own id."""
    key = next(one for one in keys if one["kid"] == jwt.get_unverified_header(text)["kid"])
    options: Any = {"verify_exp": False, "verify_iat": False}
    found: dict[str, Any] = jwt.decode(
        text, jwt.PyJWK(key), algorithms=["EdDSA"], audience=str(audience), issuer="fnm", options=options
    )
    return found


def test_a_facility_verifies_a_pass_with_the_public_keys_alone():
    claims = verified_offline(signed(), PassSigner(OLD).public_keys())
    assert (claims["jti"], claims["name"], claims["due"]) == ("AUT-7K3M-Q9TX", "Mario Rossi", 3_000)
    assert claims["at"] == int(APPOINTMENT.timestamp())
    with pytest.raises(jwt.InvalidAudienceError):
        verified_offline(signed(), PassSigner(OLD).public_keys(), audience="another-facility")


def test_a_changed_pass_and_one_of_another_key_are_refused():
    head, body, end = signed().split(".")
    swapped = "B" if body[20] == "A" else "A"
    with pytest.raises(jwt.InvalidSignatureError):
        verified_offline(f"{head}.{body[:20]}{swapped}{body[21:]}.{end}", PassSigner(OLD).public_keys())
    for forged in (signed(NEW), f"{head}.{body}.AAAA", "a.b.c", jwt.encode({"jti": "x"}, None, algorithm="none")):
        with pytest.raises(CodeNotFound):
            PassSigner(OLD).code_in(forged)


def test_an_old_key_still_verifies_behind_a_new_one():
    both = PassSigner(f"{NEW},{OLD}")
    assert both.code_in(signed(OLD)) == both.code_in(signed(NEW)) == "AUT-7K3M-Q9TX"
    assert verified_offline(both.sign(pass_claims(granted(), fund="fnm")), both.public_keys()[:1])
    assert both.code_in("aut 7k3m q9tx") == "aut 7k3m q9tx"
    with pytest.raises(ValueError, match="32"):
        PassSigner("short")


def test_a_pass_comes_with_the_letter_and_ends_with_the_booking():
    check_pass(granted())
    with pytest.raises(LetterNotReady):
        check_pass(booking(BookingState.AUTHORISED, authorisation=authorisation()))
    for state in (BookingState.CLOSED, BookingState.CANCELLED):
        with pytest.raises(PassEnded):
            check_pass(booking(state, authorisation=authorisation(), letter=LETTER))
    with pytest.raises(PassEnded):
        check_pass(booking(BookingState.REFERRED))


def event(of: Booking, *, first_id: UUID | None = None, revision: int = 0) -> str:
    return appointment_ics(Appointment(first_id or of.booking_id, revision, of), TERMS, written_at=NOW)


def test_the_event_keeps_the_rules_of_the_calendar():
    text = event(granted(doctor="dott.ssa Elena Moretti; cardiologa"))
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any("\n" in line for line in lines)
    whole = text.replace("\r\n ", "").split("\r\n")
    assert "DTSTART:20261216T093000Z" in whole
    assert "STATUS:CONFIRMED" in whole
    [told] = [line for line in whole if line.startswith("DESCRIPTION:IMPEGNATO")]
    assert "In struttura paghi € 30\\,00" in told
    assert "Elena Moretti\\; cardiologa" in told
    assert "BEGIN:VALARM" in whole


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (BookingState.REQUESTED, "TENTATIVE"),
        (BookingState.REFERRED, "TENTATIVE"),
        (BookingState.LETTER_SENT, "CONFIRMED"),
        (BookingState.DISPENSED, "CONFIRMED"),
        (BookingState.CANCELLED, "CANCELLED"),
        (BookingState.EXPIRED, "CANCELLED"),
    ],
)
def test_the_event_says_whether_it_takes_place(state: BookingState, status: str):
    text = event(booking(state))
    assert f"STATUS:{status}\r\n" in text
    assert ("BEGIN:VALARM" in text) == (state is BookingState.LETTER_SENT)


def test_a_moved_appointment_is_the_same_event_in_a_later_version():
    lines = event(booking(), first_id=OTHER_FACILITY, revision=7).split("\r\n")
    assert f"UID:{OTHER_FACILITY}@mutua" in lines
    assert "SEQUENCE:7" in lines
