import threading
from collections.abc import Callable

import httpx
import jwt
import pytest
from identity_browser import Browser
from identity_service import MEMBER_ID, Person, Service

from kit.auth import TokenVerifier


@pytest.fixture
def verifier(service: Service) -> TokenVerifier:
    return TokenVerifier.from_jwks(
        issuer=service.url, audience="mutua-api", jwks_url=f"{service.url}/.well-known/jwks.json"
    )


def read(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def at_once(count: int, work: Callable[[], httpx.Response]) -> list[int]:
    start, statuses = threading.Barrier(count), []

    def run() -> None:
        start.wait()
        statuses.append(work().status_code)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


async def test_a_member_gets_a_token_that_every_service_accepts(
    service: Service, browser: Browser, verifier: TokenVerifier
):
    tokens = browser.tokens("mario.rossi", service.password_of("MARIO_ROSSI"))
    assert tokens["expires_in"] == 900
    assert jwt.get_unverified_header(tokens["access_token"])["alg"] == "RS256"
    claims = read(tokens["access_token"])
    assert claims["iss"] == service.url
    assert claims["aud"] == "mutua-api"
    assert claims["token_use"] == "access"
    assert claims["client_id"] == "mutua-spa"
    assert claims["scope"] == "openid profile email api"
    assert claims["exp"] - claims["iat"] == 900
    principal = await verifier.verify(tokens["access_token"])
    assert principal.roles == {"member"}
    assert principal.fund == "fnm"
    assert str(principal.member_id) == MEMBER_ID
    assert principal.facility_id is None


async def test_an_id_token_is_no_access_token(service: Service, browser: Browser, verifier: TokenVerifier):
    token = browser.tokens("admin", service.password_of("ADMIN"))["id_token"]
    claims = read(token)
    assert (claims["aud"], claims["token_use"], claims["nonce"]) == ("mutua-spa", "id", "n-1")
    with pytest.raises(jwt.InvalidAudienceError):
        await verifier.verify(token)
    answer = browser.http.get("/auth/users", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_a_code_is_spent_once(browser: Browser, person: Person):
    browser.log_in(person.username, person.password)
    code = browser.code()
    assert browser.exchange(code).status_code == 200
    again = browser.exchange(code)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"


def test_a_code_is_spent_once_by_many_at_the_same_moment(browser: Browser, person: Person):
    browser.log_in(person.username, person.password)
    code = browser.code()
    assert at_once(6, lambda: browser.exchange(code)) == [200, 400, 400, 400, 400, 400]


def test_a_wrong_verifier_is_refused(browser: Browser, person: Person):
    browser.log_in(person.username, person.password)
    answer = browser.exchange(browser.code(), code_verifier="x" * 60)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_the_public_client_cannot_do_without_pkce(browser: Browser, person: Person):
    browser.log_in(person.username, person.password)
    answer = browser.authorize(code_challenge=None, code_challenge_method=None)
    location = httpx.URL(answer.headers["location"])
    assert location.params["error"] == "invalid_request"
    assert "code" not in location.params


@pytest.mark.parametrize("method", ["plain", None])
def test_a_plain_challenge_is_refused(browser: Browser, person: Person, method: str | None):
    browser.log_in(person.username, person.password)
    answer = browser.authorize(code_challenge=browser.verifier, code_challenge_method=method)
    assert answer.status_code == 400
    assert "code_challenge_method must be S256" in answer.text


def test_a_foreign_address_gets_no_code(browser: Browser, person: Person):
    browser.log_in(person.username, person.password)
    answer = browser.authorize(redirect_uri="https://evil.example/cb")
    assert "location" not in answer.headers
    assert "non può continuare" in answer.text


def test_another_audience_cannot_be_asked_for(browser: Browser, person: Person):
    browser.log_in(person.username, person.password)
    answer = browser.exchange(browser.code(), resource="https://other.example/api")
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_target"


def test_a_refresh_token_rotates(browser: Browser, person: Person):
    tokens = browser.tokens(person.username, person.password)
    fresh = browser.refresh(tokens["refresh_token"])
    assert fresh.status_code == 200
    assert read(fresh.json()["access_token"])["roles"] == ["operator"]
    assert fresh.json()["refresh_token"] != tokens["refresh_token"]
    assert browser.refresh(tokens["refresh_token"]).status_code == 400
    assert browser.refresh(fresh.json()["refresh_token"]).status_code == 200


def test_a_refresh_token_is_spent_once_by_many_at_the_same_moment(browser: Browser, person: Person):
    token = browser.tokens(person.username, person.password)["refresh_token"]
    assert at_once(6, lambda: browser.refresh(token)) == [200, 400, 400, 400, 400, 400]


def test_new_roles_arrive_with_the_next_refresh(browser: Browser, person: Person, admin: httpx.Client):
    tokens = browser.tokens(person.username, person.password)
    admin.put(f"/auth/users/{person.username}", json=person.body | {"roles": ["board"]}).raise_for_status()
    fresh = browser.refresh(tokens["refresh_token"]).json()
    assert read(fresh["access_token"])["roles"] == ["board"]


def test_a_disabled_user_gets_nothing_more(browser: Browser, person: Person, admin: httpx.Client):
    tokens = browser.tokens(person.username, person.password)
    code = browser.code()
    admin.put(f"/auth/users/{person.username}", json=person.body | {"active": False}).raise_for_status()
    assert browser.refresh(tokens["refresh_token"]).status_code == 400
    assert browser.exchange(code).status_code == 400
    # The session of before ended too: back to the login page, which lets nobody in.
    assert browser.authorize().headers["location"].startswith("/accounts/login/")
    page = browser.log_in(person.username, person.password)
    assert page.status_code in {200, 302}
    assert browser.authorize().headers["location"].startswith("/accounts/login/")


def test_a_disabled_administrator_cannot_enable_itself(
    browser: Browser, new_person: Callable[..., Person], admin: httpx.Client
):
    boss = new_person(roles=["fund_admin"])
    token = browser.tokens(boss.username, boss.password)["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    assert browser.http.get("/auth/users", headers=headers).status_code == 200
    admin.put(f"/auth/users/{boss.username}", json=boss.body | {"active": False}).raise_for_status()
    answer = browser.http.put(f"/auth/users/{boss.username}", headers=headers, json=boss.body)
    assert answer.status_code == 401


def test_logging_out_ends_the_session(browser: Browser, person: Person):
    browser.log_in(person.username, person.password)
    page = browser.fill(browser.http.get("/accounts/logout/"))
    assert page.headers["location"] == "/accounts/login/"
    assert browser.authorize().headers["location"].startswith("/accounts/login/")
