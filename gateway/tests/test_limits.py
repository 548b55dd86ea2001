"""Sizes, rates, times, retries: what the gateway refuses, waits for, and tries again."""

import os
import socket
import time
from collections.abc import Iterator
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest
from gateway_rig import Gateway, Issuer, Services
from test_requests import is_problem

MIB = 1024 * 1024


def test_json_body_of_a_mebibyte_passes_and_more_does_not(http: httpx.Client, issuer: Issuer) -> None:
    assert http.post("/v1/cases", headers=issuer.bearer(), content=b"x" * MIB).json()["bytes"] == MIB
    assert is_problem(http.post("/v1/cases", headers=issuer.bearer(), content=b"x" * (MIB + 1)), 413, "too_large")


def chunks(size: int) -> Iterator[bytes]:
    yield from (b"y" * 65536 for _ in range(size // 65536))


def test_json_body_without_a_length_is_counted(http: httpx.Client, issuer: Issuer) -> None:
    assert http.post("/v1/cases", headers=issuer.bearer(), content=chunks(MIB // 2)).json()["bytes"] == MIB // 2
    assert is_problem(http.post("/v1/cases", headers=issuer.bearer(), content=chunks(2 * MIB)), 413, "too_large")


def test_upload_arrives_whole(http: httpx.Client, issuer: Issuer) -> None:
    body = os.urandom(20 * MIB)
    got = http.post("/v1/documents", headers=issuer.bearer(), content=body).json()
    assert (got["bytes"], got["sha256"]) == (len(body), sha256(body).hexdigest())


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/cases", "/v1/bank-reports"])
def test_thirty_megabytes_are_refused(http: httpx.Client, issuer: Issuer, path: str) -> None:
    answer = http.post(path, headers=issuer.bearer("payments_officer"), content=b"x" * 30_000_000)
    assert is_problem(answer, 413, "too_large")


def test_upload_is_refused_from_its_headers_alone(gateway: Gateway, issuer: Issuer) -> None:
    token = f"authorization: Bearer {issuer.token()}\r\n"
    head = f"POST /v1/documents HTTP/1.1\r\nhost: x\r\n{token}content-length: 30000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(gateway.url.rsplit(":", 1)[1])), timeout=5) as wire:
        wire.sendall(head.encode())
        assert wire.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_upload_needs_its_length(http: httpx.Client, issuer: Issuer) -> None:
    assert is_problem(
        http.post("/v1/documents", headers=issuer.bearer(), content=chunks(65536)), 411, "length_required"
    )


def test_bank_report_may_be_larger_than_json(http: httpx.Client, issuer: Issuer) -> None:
    officer = issuer.bearer("payments_officer")
    assert http.post("/v1/bank-reports", headers=officer, content=b"x" * 9 * MIB).json()["bytes"] == 9 * MIB
    assert is_problem(http.post("/v1/bank-reports", headers=officer, content=b"x" * 11 * MIB), 413, "too_large")


def test_each_subject_has_its_own_rate(strained: Gateway, issuer: Issuer) -> None:
    first, second = issuer.bearer(sub=str(uuid4())), issuer.bearer(sub=str(uuid4()))
    answers = until_refused(strained.client, first, at_most=40)
    assert [a.status_code for a in answers[:10]] == [200] * 10
    assert is_problem(answers[-1], 429, "rate_limited")
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[0].headers["x-ratelimit-limit"].startswith("10")
    assert strained.client.get("/v1/me", headers=second).status_code == 200


def test_each_address_has_its_own_rate_before_the_token_is_looked_at(strained: Gateway) -> None:
    other = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=strained.url, transport=other) as client:
        answers = until_refused(client, {"authorization": "Bearer rubbish"}, at_most=400)
    assert [a.status_code for a in answers[:80]] == [401] * 80
    assert is_problem(answers[-1], 429, "rate_limited")
    assert strained.client.get("/healthz").status_code == 200


def until_refused(client: httpx.Client, headers: dict[str, str], *, at_most: int) -> list[httpx.Response]:
    """Buckets fill again while a slow machine sends: ask until one is empty."""
    answers: list[httpx.Response] = []
    while len(answers) < at_most and (not answers or answers[-1].status_code != 429):
        answers.append(client.get("/v1/me", headers=headers))
    return answers


def test_service_that_takes_too_long_is_a_504(http: httpx.Client, issuer: Issuer) -> None:
    begun = time.monotonic()
    answer = http.post("/v1/limits", headers=issuer.bearer() | {"x-test-sleep": "6"})
    assert is_problem(answer, 504, "timeout")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("method", "key", "status", "attempts"),
    [("GET", None, 200, 3), ("PUT", None, 200, 3), ("POST", None, 503, 1), ("POST", "k", 200, 3)],
)
def test_only_what_may_happen_twice_is_tried_again(
    http: httpx.Client, issuer: Issuer, services: Services, method: str, key: str | None, status: int, attempts: int
) -> None:
    name = str(uuid4())
    headers = {"x-test-key": name, "x-test-failures": "2"} | ({"idempotency-key": key} if key else {})
    answer = http.request(method, "/v1/cases", headers=issuer.bearer() | headers)
    assert (answer.status_code, services.hits[name]) == (status, attempts)


def test_service_that_is_not_there_is_a_503(strained: Gateway, issuer: Issuer) -> None:
    answer = strained.client.get("/v1/messages", headers=issuer.bearer(sub=str(uuid4())))
    assert is_problem(answer, 503, "unavailable")
    assert strained.client.get("/v1/me", headers=issuer.bearer(sub=str(uuid4()))).status_code == 200
