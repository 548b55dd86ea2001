"""A browser for tests: follows the pages of the login as a person would, with every step open to bending."""

import base64
import hashlib
import html
import re
import secrets
from typing import Any

import httpx

AUTHORIZE = "/identity/o/authorize"
TOKEN = "/identity/o/api/token"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Browser:
    def __init__(self, url: str, address: str) -> None:
        self.redirect_uri = f"{url}/demo/callback"
        self.verifier = secrets.token_urlsafe(48)
        self.http = httpx.Client(base_url=url, headers={"x-forwarded-for": address, "referer": url}, timeout=30)

    def fill(self, page: httpx.Response, **fields: str) -> httpx.Response:
        """Send the page's form to the page's own address."""
        hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(page.text)}
        return self.http.post(page.url, data=hidden | fields)

    def authorize(self, **changes: str | None) -> httpx.Response:
        query = {
            "client_id": "mutua-spa",
            "response_type": "code",
            "scope": "openid profile email api",
            "redirect_uri": self.redirect_uri,
            "state": "s-1",
            "nonce": "n-1",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
        } | changes
        return self.http.get(AUTHORIZE, params={k: v for k, v in query.items() if v is not None})

    def log_in(self, username: str, password: str) -> httpx.Response:
        """Fill the login page, on the way to where the browser was going."""
        return self.fill(self.http.get("/accounts/login/"), login=username, password=password)

    def code(self, **changes: str | None) -> str:
        """Return the code for a browser that is logged in."""
        answer = self.authorize(**changes)
        assert answer.status_code == 302, answer.text
        location = httpx.URL(answer.headers["location"])
        assert str(location).startswith(self.redirect_uri), location
        return str(location.params["code"])

    def exchange(self, code: str, **changes: str | None) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": "mutua-spa",
            "code_verifier": self.verifier,
        } | changes
        return self.http.post(TOKEN, data={k: v for k, v in form.items() if v is not None})

    def refresh(self, refresh_token: str) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": "mutua-spa"}
        return self.http.post(TOKEN, data=form)

    def tokens(self, username: str, password: str) -> dict[str, Any]:
        """Log in and return what the token endpoint gives."""
        assert self.log_in(username, password).status_code == 302
        answer = self.exchange(self.code())
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body
