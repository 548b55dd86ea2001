import httpx
from identity_service import Service

ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
    "revocation_endpoint",
)


def test_every_address_stands_on_the_pinned_origin_whatever_host_is_asked(service: Service):
    for headers in ({}, {"host": "evil.example"}, {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}):
        document = httpx.get(f"{service.url}/.well-known/openid-configuration", headers=headers).json()
        assert document["issuer"] == service.url
        assert all(document[name].startswith(f"{service.url}/") for name in ENDPOINTS)
        assert "evil" not in str(document)


def test_the_discovery_document_offers_only_what_is_allowed(service: Service):
    document = httpx.get(f"{service.url}/.well-known/openid-configuration").json()
    assert document["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]
    assert "device_authorization_endpoint" not in document


def test_the_key_set_holds_one_public_key(service: Service):
    answer = httpx.get(f"{service.url}/.well-known/jwks.json")
    (key,) = answer.json()["keys"]
    assert key["kty"] == "RSA"
    assert "d" not in key
    assert answer.headers["cache-control"] == "max-age=300, must-revalidate"


def test_nobody_signs_up(service: Service):
    for path in ("/accounts/signup/", "/accounts/email/", "/accounts/login/code/"):
        assert httpx.get(service.url + path).status_code == 404


def test_a_missing_page_speaks_italian_and_the_api_speaks_problem_json(service: Service):
    page = httpx.get(f"{service.url}/accounts/nowhere/")
    assert page.status_code == 404
    assert "Questa pagina non c’è" in page.text
    problem = httpx.get(f"{service.url}/auth/nowhere")
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["code"] == "not_found"


def test_pages_run_no_script_and_stay_in_no_frame(service: Service):
    page = httpx.get(f"{service.url}/accounts/login/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in page.text
    assert " style=" not in page.text


def test_the_style_sheet_is_served_and_cached(service: Service):
    first = httpx.get(f"{service.url}/identity/static/identity/identity.css")
    assert first.status_code == 200
    assert first.headers["content-type"].startswith("text/css")
    again = httpx.get(first.url, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_live_and_ready(service: Service):
    assert httpx.get(f"{service.url}/healthz").json() == {"status": "live"}
    assert httpx.get(f"{service.url}/readyz").json() == {"status": "ready"}


def test_the_request_id_is_passed_on_and_the_log_names_no_person(service: Service, admin: httpx.Client):
    answer = admin.put("/auth/users/nobody.at.all", headers={"x-request-id": "seek-me"}, json={})
    assert answer.headers["x-request-id"] == "seek-me"
    assert answer.json()["request_id"] == "seek-me"
    log = service.log.read_text()
    (line,) = [line for line in log.splitlines() if "seek-me" in line]
    assert '"status": 422' in line
    assert "nobody.at.all" not in line
