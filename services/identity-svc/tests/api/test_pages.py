import base64
import hmac
import re
import struct
import time
from collections.abc import Callable

import httpx
import pytest
from identity_browser import Browser
from identity_mailbox import Mailbox, text_of
from identity_service import Person, Service

WRONG = "Nome utente o password non corretti."


def totp(secret: str) -> str:
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time() // 30)), "sha1").digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def send_code(browser: Browser, page: httpx.Response, secret: str) -> httpx.Response:
    """Send the code of this moment; once more when its half minute ended on the way."""
    answer = browser.fill(page, code=totp(secret))
    return answer if answer.is_redirect else browser.fill(page, code=totp(secret))


@pytest.fixture
def protected(browser: Browser, person: Person) -> tuple[Person, str]:
    """Give a person with a second factor, and its secret."""
    browser.log_in(person.username, person.password)
    # The password is asked for once more before so weighty a change.
    ask = browser.http.get("/accounts/2fa/totp/activate/", follow_redirects=True)
    assert "Conferma che sei tu" in ask.text
    page = browser.http.get(browser.fill(ask, password=person.password).headers["location"])
    match = re.search(r"<code>([A-Z2-7]+)</code>", page.text)
    assert match, page.text
    assert send_code(browser, page, match[1]).is_redirect
    return person, match[1]


def test_name_and_address_both_log_in(new_browser: Callable[[], Browser], person: Person):
    for login in (person.username, person.email, person.username.upper()):
        assert new_browser().log_in(login, person.password).status_code == 302


def test_the_page_does_not_tell_which_was_wrong(browser: Browser, person: Person):
    assert WRONG in browser.log_in(person.username, "sbagliata-del-tutto").text
    assert WRONG in browser.log_in("chi.e", "sbagliata-del-tutto").text


def test_guessing_at_one_user_is_stopped(browser: Browser, new_browser: Callable[[], Browser], person: Person):
    for _ in range(5):
        assert WRONG in browser.log_in(person.username, "sbagliata-del-tutto").text
    # From another address too, and with the right password.
    answer = new_browser().log_in(person.username, person.password)
    assert "Troppi tentativi" in answer.text


def test_guessing_from_one_address_is_stopped(browser: Browser):
    answers = [browser.log_in(f"chi.{n}", "sbagliata-del-tutto").text for n in range(11)]
    assert "Troppi tentativi" in answers[-1]
    assert "Troppi tentativi" not in answers[0]


def test_a_form_without_its_token_is_refused(browser: Browser, person: Person):
    answer = browser.http.post("/accounts/login/", data={"login": person.username, "password": person.password})
    assert answer.status_code == 403
    assert "rimasta aperta troppo a lungo" in answer.text


def test_the_login_leads_nowhere_foreign(browser: Browser, person: Person):
    page = browser.http.get("/accounts/login/", params={"next": "https://evil.example/"})
    answer = browser.fill(page, login=person.username, password=person.password, next="https://evil.example/")
    assert answer.headers["location"] == "/accounts/"


def test_the_session_cookie_is_out_of_reach_of_scripts(browser: Browser, person: Person):
    answer = browser.log_in(person.username, person.password)
    (cookie,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith("mutua_identity_session=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_forgotten_password_is_chosen_again_by_mail(
    browser: Browser,
    new_browser: Callable[[], Browser],
    person: Person,
    mailbox: Mailbox,
    service: Service,
    link_in: Callable[[str], str],
):
    tokens = new_browser().tokens(person.username, person.password)
    page = browser.http.get("/accounts/password/reset/")
    # The link must not follow the Host header, which is the sender's.
    browser.http.headers["host"] = "evil.example"
    assert browser.fill(page, email=person.email).headers["location"] == "/accounts/password/reset/done/"
    del browser.http.headers["host"]
    (mail,) = mailbox.to(person.email)
    assert mail["Subject"] == "[Mutua] Scegli la tua nuova password"
    text = text_of(mail)
    assert f"{service.url}/accounts/password/reset/key/" in text
    assert "evil" not in text
    assert person.username in text
    link = browser.http.get(link_in(text), follow_redirects=True)
    weak = browser.fill(link, password1="abc", password2="abc")
    assert "errorlist" in weak.text
    done = browser.fill(weak, password1="alba-sul-lago-91", password2="alba-sul-lago-91")
    assert done.headers["location"] == "/accounts/password/reset/key/done/"
    assert "non vale più" in new_browser().http.get(link_in(text), follow_redirects=True).text
    assert new_browser().refresh(tokens["refresh_token"]).status_code == 400
    assert WRONG in new_browser().log_in(person.username, person.password).text
    assert new_browser().log_in(person.username, "alba-sul-lago-91").status_code == 302
    assert [m["Subject"] for m in mailbox.to(person.email)][-1] == "[Mutua] La tua password è cambiata"


def test_who_is_unknown_gets_the_same_page_and_no_mail(browser: Browser, mailbox: Mailbox):
    page = browser.http.get("/accounts/password/reset/")
    assert browser.fill(page, email="chi.e@example.org").headers["location"] == "/accounts/password/reset/done/"
    assert mailbox.to("chi.e@example.org") == []


def test_a_mail_server_that_is_down_betrays_nobody_and_is_logged(
    browser: Browser, person: Person, mailbox: Mailbox, service: Service
):
    mailbox.break_down(broken=True)
    try:
        answer = browser.fill(browser.http.get("/accounts/password/reset/"), email=person.email)
    finally:
        mailbox.break_down(broken=False)
    assert answer.headers["location"] == "/accounts/password/reset/done/"
    (line,) = [line for line in service.log.read_text().splitlines() if "mail_not_sent" in line]
    assert person.email not in line
    assert "account/email/password_reset_key" in line


def test_a_user_made_without_password_chooses_one_by_mail(
    admin: httpx.Client, browser: Browser, mailbox: Mailbox, link_in: Callable[[str], str]
):
    body = {
        "username": "prima.volta",
        "email": "prima.volta@example.org",
        "first_name": "Prima",
        "last_name": "Volta",
        "roles": ["board"],
    }
    assert admin.post("/auth/users", json=body).status_code == 201
    browser.fill(browser.http.get("/accounts/password/reset/"), email=body["email"])
    link = browser.http.get(link_in(text_of(mailbox.to(body["email"])[0])), follow_redirects=True)
    assert browser.fill(link, password1="vento-di-marzo-4", password2="vento-di-marzo-4").is_redirect
    assert browser.log_in("prima.volta", "vento-di-marzo-4").status_code == 302


def test_the_second_factor_stands_between_password_and_token(
    new_browser: Callable[[], Browser], protected: tuple[Person, str]
):
    person, secret = protected
    browser = new_browser()
    answer = browser.log_in(person.username, person.password)
    assert answer.headers["location"] == "/accounts/2fa/authenticate/"
    # The password alone gives no code.
    assert not browser.authorize().headers["location"].startswith(browser.redirect_uri)
    page = browser.http.get("/accounts/2fa/authenticate/")
    assert "Codice errato" in browser.fill(page, code="000000").text
    assert send_code(browser, page, secret).is_redirect
    assert browser.exchange(browser.code()).status_code == 200


def test_a_code_of_the_second_factor_is_used_once(new_browser: Callable[[], Browser], protected: tuple[Person, str]):
    person, secret = protected
    first, second = new_browser(), new_browser()
    for browser in (first, second):
        browser.log_in(person.username, person.password)
    page = first.http.get("/accounts/2fa/authenticate/")
    # Twice at most: the code's half minute may end on the way.
    used = next(code for code in map(totp, (secret, secret)) if first.fill(page, code=code).is_redirect)
    assert not second.fill(second.http.get("/accounts/2fa/authenticate/"), code=used).is_redirect


def test_a_recovery_code_opens_once(
    browser: Browser, new_browser: Callable[[], Browser], protected: tuple[Person, str]
):
    person, _secret = protected
    page = browser.http.get("/accounts/2fa/recovery-codes/")
    code = re.findall(r"<li><code>([^<]+)</code>", page.text)[0]
    for expected in (True, False):
        other = new_browser()
        other.log_in(person.username, person.password)
        assert other.fill(other.http.get("/accounts/2fa/authenticate/"), code=code).is_redirect is expected


def test_the_secret_of_the_second_factor_is_not_readable_in_the_database(
    service: Service, protected: tuple[Person, str]
):
    person, secret = protected
    rows = service.rows(
        "select a.data from mfa_authenticator a join login_user u on u.id = a.user_id where u.username = %s",
        person.username,
    )
    assert rows
    assert secret not in str(rows)


def test_every_page_is_italian_and_whole(browser: Browser, protected: tuple[Person, str]):
    paths = (
        "",
        "password/change/",
        "2fa/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
        "2fa/totp/deactivate/",
        "logout/",
    )
    for path in paths:
        page = browser.http.get(f"/accounts/{path}")
        assert page.status_code == 200, path
        assert page.text.count("<h1>") == 1, path
        assert '<html lang="it">' in page.text, path
