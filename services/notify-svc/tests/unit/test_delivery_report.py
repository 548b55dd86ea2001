"""Reports of mail servers, and what somebody may send in their place."""

import contextlib
import time
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notify_bounces import EXCHANGE, POSTFIX, report

from notify_svc.adapters.delivery_report import DeliveryReports
from notify_svc.domain.errors import BounceUnreadable
from notify_svc.domain.return_path import ReturnPaths, Sending

MESSAGE = UUID("01890a5d-ac96-774b-bcce-b302099a8061")
PATHS = ReturnPaths("messaggi@mutua.example")
READER = DeliveryReports(return_paths=PATHS, domain="mutua.example")
TO = PATHS.of(Sending(MESSAGE, 1))


@pytest.mark.parametrize("form", [POSTFIX, EXCHANGE])
def test_a_failure_is_known_by_the_return_path(form: str) -> None:
    bounce = READER.read(report(form, to=TO))
    assert bounce is not None
    assert (bounce.sending, bounce.status) == (Sending(MESSAGE, 1), "5.1.1")


@pytest.mark.parametrize("form", [POSTFIX, EXCHANGE])
def test_else_by_the_message_id_of_what_came_back(form: str) -> None:
    bounce = READER.read(report(form, message_id=f"<{MESSAGE}.2@mutua.example>"))
    assert bounce is not None
    assert bounce.sending == Sending(MESSAGE, 2)
    assert READER.read(report(form, message_id=f"<{MESSAGE}@elsewhere.example>")) is None


def test_the_servers_words_are_kept_on_one_line() -> None:
    bounce = READER.read(report(to=TO))
    assert bounce is not None
    assert bounce.diagnostic == "smtp; 550 5.1.1 <giulia@example.org>: Recipient address rejected: User unknown"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_only_a_final_failure_counts(action: str) -> None:
    assert READER.read(report(to=TO, action=action)) is None


def test_without_a_status_the_diagnostic_tells() -> None:
    raw = report(to=TO).replace(b"Status: 5.1.1\r\n", b"")
    bounce = READER.read(raw)
    assert bounce is not None
    assert bounce.status == "5.1.1"
    bounce = READER.read(raw.replace(b"550 5.1.1", b"550"))
    assert bounce is not None
    assert bounce.status == "5.0.0"


def test_a_failure_among_several_recipients() -> None:
    relayed = b"Final-Recipient: rfc822; other@example.org\r\nAction: relayed\r\nStatus: 2.0.0\r\n\r\n"
    raw = report(to=TO).replace(b"Final-Recipient: rfc822; giulia", relayed + b"Final-Recipient: rfc822; giulia")
    bounce = READER.read(raw)
    assert bounce is not None
    assert bounce.status == "5.1.1"


def test_an_automatic_answer_is_no_failure() -> None:
    raw = f"To: {TO}\r\nSubject: Out of office\r\nContent-Type: text/plain\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    assert READER.read(raw.encode()) is None


def test_the_report_is_found_before_a_large_returned_message() -> None:
    raw = report(EXCHANGE, to=TO).replace(b"Ciao", b"Q2lhbw==\r\n" * 80_000)
    bounce = READER.read(raw)
    assert bounce is not None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"no mail at all",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(500)),
        b"Content-Type: multipart/report; boundary=" + b"a" * 100_000 + b"\n\n",
        b"Content-Type: multipart/report;" + b"\n a=b;" * 10_000 + b"\n\n",
        b"Content-Type: multipart/digest; boundary=a\n\n"
        + b"--a\n\nContent-Type: multipart/digest; boundary=a\n\n" * 99,
    ],
    ids=["empty", "blank", "words", "nested", "long", "folded", "digest"],
)
def test_what_is_no_mail_or_made_to_hurt_is_refused(raw: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(BounceUnreadable):
        READER.read(raw)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "filling",
    [b"Action: delayed\n\n" * 16_000, b"Status: " + b"5." * 100_000, b"\n" * 250_000, b"Action: \xff\xfe failed\n\n"],
    ids=["blocks", "status", "lines", "bytes"],
)
def test_a_heavy_report_costs_little(filling: bytes) -> None:
    started = time.perf_counter()
    head, middle, tail = report(to=TO).replace(b"\r\n", b"\n").partition(b"Reporting-MTA")
    bounce = READER.read(head + filling + middle + tail)
    assert time.perf_counter() - started < 3
    assert bounce is None or bounce.status == "5.1.1"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_report_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(report(data.draw(st.sampled_from([POSTFIX, EXCHANGE])), to=TO))
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=12))
    try:
        bounce = READER.read(bytes(raw))
    except BounceUnreadable:
        return
    assert bounce is None or (len(bounce.diagnostic) <= 300 and bounce.diagnostic.isprintable())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(BounceUnreadable):
        assert READER.read(raw) is None
