"""Get tokens from the running system as its clients do: code with PKCE through the login page, client credentials."""

import asyncio
import base64
import hashlib
import secrets
from dataclasses import dataclass
from html.parser import HTMLParser

import httpx

AUTHORIZE = "/identity/o/authorize"
TOKEN = "/identity/o/api/token"  # noqa: S105 (a path)
CALLBACK = "/demo/callback"
SCOPE = "openid profile email api"
MAX_STEPS = 10
MOST_WAITS = 15
WAIT_SECONDS = 5.0


class LoginFailed(RuntimeError):
    """The login page or the token endpoint refused."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave; `expires_in` in seconds."""

    access_token: str
    refresh_token: str
    id_token: str
    expires_in: int


class _LoginPage(HTMLParser):
    """The hidden fields of a page and its words of refusal."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.problem = ""
        self._in_problem = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input" and values.get("type") == "hidden":
            self.hidden[values.get("name") or ""] = values.get("value") or ""
        self._in_problem = values.get("role") == "alert"

    def handle_data(self, data: str) -> None:
        if self._in_problem:
            self.problem += data.strip()


async def login(base_url: str, username: str, password: str, *, client_id: str = "mutua-spa") -> Tokens:
    """Log a person in and return the tokens.

    Raises: LoginFailed when the credentials or the client are refused.
    """
    base_url = base_url.rstrip("/")
    redirect_uri = base_url + CALLBACK
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": client_id,
        "response_type": "code",
        "scope": SCOPE,
        "redirect_uri": redirect_uri,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as browser:
        page = await browser.get(AUTHORIZE, params=query)
        answer = await _walk(browser, page, redirect_uri, {"login": username, "password": password})
        if answer.params.get("state") != state or "code" not in answer.params:
            raise LoginFailed(f"no code came back: {answer.params.get('error', 'another state')}")
        form = {
            "grant_type": "authorization_code",
            "code": answer.params["code"],
            "redirect_uri": redirect_uri,
            "client_id": client_id,
            "code_verifier": verifier,
        }
        body = _granted(await browser.post(TOKEN, data=form))
    return Tokens(body["access_token"], body["refresh_token"], body["id_token"], int(body["expires_in"]))


async def _walk(
    browser: httpx.AsyncClient, page: httpx.Response, redirect_uri: str, credentials: dict[str, str]
) -> httpx.URL:
    """Follow the redirects, filling the login form once, until the client's own address."""
    filled = False
    for _step in range(MAX_STEPS):
        if page.is_redirect:
            target = page.url.join(page.headers["location"])
            if str(target).startswith(redirect_uri):
                return target
            page = await browser.get(target)
            continue
        form = _LoginPage(page.text)
        if filled or "csrfmiddlewaretoken" not in form.hidden:
            raise LoginFailed(form.problem or f"{page.url.path} answered {page.status_code}")
        filled = True
        headers = {"referer": str(page.url)}
        page = await _posted(browser, page.url, form.hidden | credentials, headers)
    raise LoginFailed("the login redirects without end")


async def _posted(
    browser: httpx.AsyncClient, url: httpx.URL, form: dict[str, str], headers: dict[str, str]
) -> httpx.Response:
    """Send the form; after too many log-ins of one address in a minute, wait for the minute's end."""
    for _attempt in range(MOST_WAITS):
        page = await browser.post(url, data=form, headers=headers)
        if page.status_code != httpx.codes.TOO_MANY_REQUESTS:
            return page
        await asyncio.sleep(WAIT_SECONDS)
    return page


async def machine_token(base_url: str, client_id: str, secret: str, scope: str = "api") -> str:
    """Return an access token of a machine client.

    Raises: LoginFailed when the client is refused.
    """
    form = {"grant_type": "client_credentials", "scope": scope}
    async with httpx.AsyncClient(base_url=base_url.rstrip("/"), timeout=30) as http:
        body = _granted(await http.post(TOKEN, data=form, auth=(client_id, secret)))
    return str(body["access_token"])


def _granted(response: httpx.Response) -> dict[str, str]:
    if response.status_code != httpx.codes.OK:
        raise LoginFailed(f"the token endpoint answered {response.status_code}: {response.text[:300]}")
    body: dict[str, str] = response.json()
    return body
