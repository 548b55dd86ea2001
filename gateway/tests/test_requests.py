"""What a request becomes on its way: token, role gate, headers, path, trace."""

from typing import Any

import httpx
import pytest
from gateway_rig import Gateway, Issuer, until

PROBLEM = "application/problem+json"
SHAPE = {"type", "title", "status", "detail", "code", "instance", "request_id", "errors"}


def is_problem(answer: httpx.Response, status: int, code: str) -> bool:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == PROBLEM
    assert set(body) == SHAPE
    assert body["status"] == status
    assert body["type"] == "urn:mutua:problem:" + code.replace("_", "-")
    assert body["instance"] == answer.request.url.path
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["errors"] == []
    return True


def test_good_token_reaches_the_service_which_gets_it_too(http: httpx.Client, issuer: Issuer) -> None:
    sent = issuer.bearer("member")
    answer = http.get("/v1/me?x=1", headers=sent)
    assert answer.status_code == 200
    got = answer.json()
    assert (got["service"], got["path"]) == ("claims", "/v1/me")
    assert got["headers"]["authorization"] == sent["authorization"]


@pytest.mark.parametrize(
    ("claims", "status", "code"),
    [
        ({"exp": 1}, 401, "unauthorized"),
        ({"iss": "https://evil.example"}, 401, "unauthorized"),
        ({"key": "foreign"}, 401, "unauthorized"),
        ({"without": "exp"}, 401, "unauthorized"),
        ({"aud": "mutua-spa"}, 403, "not_allowed"),
        ({"without": "aud"}, 403, "not_allowed"),
        ({"token_use": "id"}, 403, "not_allowed"),
        ({"without": "token_use"}, 403, "not_allowed"),
    ],
)
def test_bad_token_is_refused(
    http: httpx.Client, issuer: Issuer, claims: dict[str, Any], status: int, code: str
) -> None:
    assert is_problem(http.get("/v1/me", headers=issuer.bearer("member", **claims)), status, code)


def test_token_that_was_tampered_with_or_is_unsigned_is_refused(http: httpx.Client, issuer: Issuer) -> None:
    head, body, signature = issuer.token().split(".")
    unsigned = "eyJhbGciOiJub25lIn0"
    for token in (f"{head}.{body}.{signature[:-8]}AAAAAAAA", f"{unsigned}.{body}.", "rubbish"):
        assert is_problem(http.get("/v1/me", headers={"authorization": f"Bearer {token}"}), 401, "unauthorized")


def test_token_counts_in_its_header_only(http: httpx.Client, issuer: Issuer) -> None:
    assert is_problem(http.get("/v1/me", params={"access_token": issuer.token()}), 401, "unauthorized")


@pytest.mark.parametrize(
    ("path", "role", "others"),
    [
        ("/v1/payout-runs", "payments_officer", ["member", "operator"]),
        ("/v1/bank-reports/x", "payments_officer", ["member", "facility"]),
        ("/v1/operations/claims/outbox", "ops", ["member", "fund_admin"]),
        ("/auth/users", "fund_admin", ["member", "ops"]),
    ],
)
def test_role_gate(http: httpx.Client, issuer: Issuer, path: str, role: str, others: list[str]) -> None:
    assert http.get(path, headers=issuer.bearer("member", role)).status_code == 200
    assert is_problem(http.get(path, headers=issuer.bearer(*others)), 403, "not_allowed")
    assert is_problem(http.get(path), 401, "unauthorized")
    assert is_problem(http.get(path, headers=issuer.bearer(role, token_use="id")), 403, "not_allowed")


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/identity/o/authorize", "/accounts/login/"])
def test_identity_is_open_to_all(http: httpx.Client, path: str) -> None:
    assert http.get(path).json()["service"] == "identity"


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/mex", "/v1/operations", "/admin", "/stats", "/readyz", "/V1/me"]
)
def test_what_has_no_row_is_not_there(http: httpx.Client, issuer: Issuer, path: str) -> None:
    assert is_problem(http.get(path, headers=issuer.bearer("ops", "fund_admin")), 404, "not_found")


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/../v1/payout-runs",
        "/accounts/%2e%2e/v1/payout-runs",
        "/accounts/..%2fv1/payout-runs",
        "/accounts/..;/v1/payout-runs/../payout-runs",
        "/accounts/.%2e/v1\\payout-runs",
        "//v1//payout-runs",
        "/v1/payout-runs%2f1",
        "/v1/payout-runs;x",
        "/v1/%70ayout-runs",
        "/V1/payout-runs",
        "/docs/../v1/payout-runs",
    ],
)
def test_path_tricks_pass_no_gate(gateway: Gateway, path: str) -> None:
    status, answer = gateway.raw(path)
    assert status in (400, 401, 403, 404), answer
    assert b'"service"' not in answer


def test_what_a_client_says_about_itself_is_not_believed(http: httpx.Client, issuer: Issuer) -> None:
    spoofed = {
        "x-auth-sub": "root", "x-auth-roles": "ops", "x-internal-token": "z", "x-envoy-retry-on": "5xx",
        "x-envoy-upstream-rq-timeout-ms": "1", "x-forwarded-for": "6.6.6.6", "x-forwarded-host": "evil.example",
        "forwarded": "for=6.6.6.6", "x-original-url": "/v1/payout-runs", "x-http-method-override": "DELETE",
        "x-request-id": "mine", "x-forwarded-proto": "https",
    }  # fmt: skip
    for path, token in (("/v1/me", issuer.bearer()), ("/accounts/login/", {})):
        got = http.get(path, headers=spoofed | token).json()["headers"]
        assert not {"x-auth-sub", "x-auth-roles", "x-internal-token", "x-envoy-retry-on"} & got.keys()
        assert not {"x-forwarded-host", "forwarded", "x-original-url", "x-http-method-override"} & got.keys()
        assert got["x-forwarded-for"].split(",")[-1] != "6.6.6.6"
        assert got["x-forwarded-proto"] == "http"
        assert got["x-request-id"] != "mine"


def test_request_id_is_fresh_and_returned(http: httpx.Client, issuer: Issuer) -> None:
    answers = [http.get("/v1/me", headers=issuer.bearer() | {"x-request-id": "same"}) for _ in range(2)]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert ids == [answer.json()["headers"]["x-request-id"] for answer in answers]
    assert len({*ids, "same"}) == 3


def test_trace_is_made_or_continued(http: httpx.Client, issuer: Issuer) -> None:
    made = http.get("/v1/me", headers=issuer.bearer()).json()["headers"]["traceparent"].split("-")
    assert [len(part) for part in made] == [2, 32, 16, 2]
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    parent = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    continued = http.get("/v1/me", headers=issuer.bearer() | parent).json()["headers"]["traceparent"].split("-")
    assert continued[1] == trace


def test_answers_carry_security_headers_and_no_server(http: httpx.Client, issuer: Issuer) -> None:
    for answer in (http.get("/v1/me", headers=issuer.bearer()), http.get("/v1/me"), http.get("/nothing")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert not {"server", "x-powered-by", "x-envoy-upstream-service-time"} & answer.headers.keys()
        assert "strict-transport-security" not in answer.headers
    assert http.get("/accounts/login/").headers["content-security-policy"] == "frame-ancestors 'none'"


ORIGIN = "https://app.example.org"


def test_cors_for_the_origins_of_the_settings(http: httpx.Client, issuer: Issuer) -> None:
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,idempotency-key"}
    preflight = http.options("/v1/cases", headers={"origin": ORIGIN} | asks)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert "idempotency-key" in preflight.headers["access-control-allow-headers"]
    for token in (issuer.bearer(), {}):
        answer = http.get("/v1/me", headers={"origin": ORIGIN} | token)
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "x-request-id" in answer.headers["access-control-expose-headers"]


def test_cors_for_no_other_origin(http: httpx.Client, issuer: Issuer) -> None:
    asks = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    preflight = http.options("/v1/cases", headers=asks)
    assert "access-control-allow-origin" not in preflight.headers
    assert "service" not in preflight.text
    answer = http.get("/v1/me", headers=issuer.bearer() | asks)
    assert "access-control-allow-origin" not in answer.headers


def test_access_log_has_no_personal_data(gateway: Gateway, http: httpx.Client, issuer: Issuer) -> None:
    token = issuer.bearer("operator", sub="subject-of-somebody", client_id="client-of-somebody")
    answer = http.get("/v1/members/by-number/48151?fiscal_code=RSSMRA80A01F205X", headers=token)
    mine = answer.headers["x-request-id"]

    def lines() -> list[dict[str, Any]]:
        return [line for line in gateway.log_lines() if line["request_id"] == mine]

    until(lines)
    [line] = lines()
    assert (line["route"], line["method"], line["status"]) == ("/v1/members", "GET", 200)
    assert line["client_id"] == "client-of-somebody"
    assert line["client_network"] == "127.0.0.0/24"
    for secret in ("48151", "RSSMRA80A01F205X", "subject-of-somebody", token["authorization"]):
        assert secret not in str(line)
